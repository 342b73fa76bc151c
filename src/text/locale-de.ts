/** The texts of commands and prompts in German; see locale.ts. */

import type { Dictionary } from './locale.ts';
import { GERMAN_REFUSALS } from './locale-de-refusals.ts';
import { GERMAN_SETTINGS } from './locale-de-settings.ts';

export const GERMAN: Dictionary = {
  Commands: 'Befehle',
  Command: 'Befehl',
  'What it does': 'Was er tut',
  Help: 'Hilfe',
  'see what can be done here': 'zeigt, was hier möglich ist',
  'This is the gateway to {0}. Write one of these words:': 'Das ist das Gateway zu {0}. Schreib eines dieser Wörter:',
  'Fill in what is marked as required; the rest may stay empty.':
    'Fülle aus, was als nötig markiert ist; der Rest darf leer bleiben.',
  'Sign in': 'Anmelden',
  'sign in, or change your nick or password': 'meldet dich an oder ändert deinen Nick oder dein Passwort',
  'You are signed in to {0}.': 'Du bist bei {0} angemeldet.',
  'Your account is stored, but there is no connection to {0} yet{1}. It is tried again until it works.':
    'Dein Konto ist gespeichert, aber es gibt noch keine Verbindung zu {0}{1}. Es wird weiter versucht, bis es klappt.',
  'Sign out': 'Abmelden',
  'sign out and have your account forgotten': 'meldet dich ab und vergisst dein Konto',
  'Sign out, and have the account and its password forgotten?':
    'Abmelden und das Konto samt Passwort vergessen lassen?',
  'You are signed out.': 'Du bist abgemeldet.',
  'All accounts': 'Alle Konten',
  Account: 'Konto',
  Status: 'Zustand',
  'see whether you are connected, and why not': 'zeigt, ob du verbunden bist, und sonst warum nicht',
  'You have no account here. “sign-in” makes one.': 'Du hast hier kein Konto. „sign-in“ legt eines an.',
  'Your accounts:': 'Deine Konten:',
  '{0} of {1} connections to {2} are in use.': '{0} von {1} Verbindungen zu {2} sind belegt.',
  'You do not stay in {0} any more, because it can not be entered: {1}':
    'Du bleibst nicht mehr in {0}, denn der Raum lässt sich nicht betreten: {1}',
  'You were taken out of {0}, and do not stay there any more. Join it again to be back.':
    'Du wurdest aus {0} entfernt und bleibst nicht mehr dort. Betritt den Raum neu, um zurückzukehren.',
  'You were taken out of {0} ({1}), and do not stay there any more. Join it again to be back.':
    'Du wurdest aus {0} entfernt ({1}) und bleibst nicht mehr dort. Betritt den Raum neu, um zurückzukehren.',
  '{0} mentions you in {1}: “{2}” {3}': '{0} erwähnt dich in {1}: „{2}“ {3}',
  connected: 'verbunden',
  'not connected': 'nicht verbunden',
  online: 'online',
  offline: 'offline',
  away: 'abwesend',
  chat: 'gesprächsbereit',
  xa: 'länger abwesend',
  dnd: 'beschäftigt',
  State: 'Zustand',
  Since: 'Seit',
  Rooms: 'Räume',
  Trouble: 'Problem',
  Address: 'Adresse',
  Name: 'Name',
  People: 'Personen',
  Nick: 'Nick',
  Room: 'Raum',
  'Enter a room': 'Raum betreten',
  'have a room put before you': 'bringt dich in einen Raum',
  '{0} is among your bookmarks now; your client enters it.':
    '{0} ist jetzt unter deinen Lesezeichen; dein Programm betritt den Raum.',
  'You are invited to {0}. Accept, or enter the address below.':
    'Du bist zu {0} eingeladen. Nimm an oder betritt den Raum mit der Adresse unten.',
  '“{0}” is no room here. Give its name, or its whole address.':
    '„{0}“ ist hier kein Raum. Gib seinen Namen oder die ganze Adresse an.',
  'This room has no address in XMPP.': 'Dieser Raum hat in XMPP keine Adresse.',
  'Leave a room': 'Raum verlassen',
  'leave a room with all your clients': 'verlässt einen Raum mit allen deinen Programmen',
  'You are in no room.': 'Du bist in keinem Raum.',
  'You are not in “{0}”. Choose one of the list.': 'Du bist nicht in „{0}“. Wähle einen Raum der Liste.',
  'You have left {0}. Take it out of your bookmarks if your client enters it again.':
    'Du hast {0} verlassen. Nimm den Raum aus deinen Lesezeichen, falls dein Programm ihn wieder betritt.',
  'List rooms': 'Räume auflisten',
  'list the rooms you are in': 'zeigt die Räume, in denen du bist',
  'You are in no room. “join” enters one.': 'Du bist in keinem Raum. „join“ betritt einen.',
  'You are in these rooms:': 'Du bist in diesen Räumen:',
  'Add a contact': 'Kontakt hinzufügen',
  'add somebody to your contacts': 'fügt jemanden zu deinen Kontakten hinzu',
  '{0} asks to be on your contact list. Accept it, or add this address yourself.':
    '{0} bittet darum, auf deine Kontaktliste zu kommen. Nimm an oder füge die Adresse selbst hinzu.',
  'Remove a contact': 'Kontakt entfernen',
  'remove somebody from your contacts': 'entfernt jemanden aus deinen Kontakten',
  '{0} is none of your contacts here. “contacts” lists them.':
    '{0} gehört nicht zu deinen Kontakten hier. „contacts“ listet sie auf.',
  '{0} is removed. Delete it from your contact list too if it is still there.':
    '{0} ist entfernt. Lösche den Eintrag auch aus deiner Kontaktliste, falls er noch da ist.',
  'List contacts': 'Kontakte auflisten',
  'list your contacts here': 'zeigt deine Kontakte hier',
  'You have no contacts here. “add” adds one.': 'Du hast hier keine Kontakte. „add“ fügt einen hinzu.',
  'Your contacts:': 'Deine Kontakte:',
  '“{0}” is no address here. {1}': '„{0}“ ist hier keine Adresse. {1}',
  '“{0}” is no address here. Give one that ends in @{1}.':
    '„{0}“ ist hier keine Adresse. Gib eine an, die mit @{1} endet.',
  'Find people and rooms': 'Personen und Räume finden',
  'find people and rooms': 'findet Personen und Räume',
  'What to look for': 'Wonach gesucht wird',
  'Sign in first.': 'Melde dich zuerst an.',
  'Sign in to {0} first.': 'Melde dich zuerst bei {0} an.',
  'Say what to look for.': 'Sag, wonach gesucht werden soll.',
  'Nothing was found for “{0}”.': 'Zu „{0}“ wurde nichts gefunden.',
  'There is more. Look for something longer to see it.': 'Es gibt mehr. Such nach etwas Längerem, um es zu sehen.',
  'Found for “{0}”:': 'Gefunden zu „{0}“:',
  'Block a contact': 'Kontakt blockieren',
  'hear nothing more of somebody': 'blockiert jemanden, von dem du nichts mehr hören willst',
  '{0} is blocked.': '{0} ist blockiert.',
  'Unblock a contact': 'Blockierung aufheben',
  'hear of somebody again': 'hebt eine Blockierung auf',
  'You have blocked nobody.': 'Du hast niemanden blockiert.',
  'Choose one of the list.': 'Wähle etwas aus der Liste.',
  '{0} is not blocked any more.': '{0} ist nicht mehr blockiert.',
  'List blocked contacts': 'Blockierte Kontakte auflisten',
  'list whom you have blocked': 'zeigt, wen du blockiert hast',
  'You have blocked:': 'Du hast blockiert:',
  Preferences: 'Einstellungen',
  'Preferences for this room': 'Einstellungen für diesen Raum',
  'see and change your preferences': 'zeigt und ändert deine Einstellungen',
  'Your preferences are stored.': 'Deine Einstellungen sind gespeichert.',
  'Write “{0} <name> <value>”; the names are {1}.': 'Schreib „{0} <Name> <Wert>“; die Namen sind {1}.',
  'Keep the history of conversations': 'Verlauf der Gespräche aufbewahren',
  'Days to keep it (0: as long as the administrator has it)':
    'Tage der Aufbewahrung (0: so lange, wie es der Administrator festgelegt hat)',
  'Who is shown of large rooms': 'Wer in großen Räumen gezeigt wird',
  'As fits the size': 'Je nach Größe',
  Everyone: 'Alle',
  'Those who speak': 'Wer etwas sagt',
  Nobody: 'Niemand',
  'Stay in rooms without a client of mine': 'In Räumen bleiben, auch ohne einen Client von mir',
  'Messages shown on joining a room (-1: as the administrator has it)':
    'Nachrichten, die beim Betreten eines Raums gezeigt werden (-1: wie vom Administrator eingestellt)',
  'What others see of an edit, where the network has none':
    'Was andere von einer Korrektur sehen, wo das Netz keine kennt',
  'The whole new text': 'Den ganzen neuen Text',
  'What has changed': 'Was sich geändert hat',
  'Tell me of mentions in rooms I am in without a client':
    'Mir Erwähnungen melden in Räumen, in denen ich ohne Client bin',
  'Tell others when I am typing': 'Anderen zeigen, wann ich schreibe',
  'Tell others what I have read': 'Anderen zeigen, was ich gelesen habe',
  'Language of the gateway': 'Sprache des Gateways',
  'As my client says': 'Wie mein Programm',
  'Erase history': 'Verlauf löschen',
  'erase the history kept here, of one conversation or of all':
    'löscht den hier aufbewahrten Verlauf eines Gesprächs oder aller',
  'Address of one conversation; empty for all': 'Adresse eines Gesprächs; leer für alle',
  'Erase it for good?': 'Endgültig löschen?',
  'Nothing was changed.': 'Es wurde nichts geändert.',
  'The history kept here is erased. What your clients and your server keep is not.':
    'Der hier aufbewahrte Verlauf ist gelöscht. Was deine Programme und dein Server aufbewahren, ist es nicht.',
  'Make an invitation': 'Einladung erstellen',
  'make an invitation to use this gateway': 'erstellt eine Einladung zu diesem Gateway',
  'Days it is good for': 'Tage, die sie gilt',
  'Invitation: {0}': 'Einladung: {0}',
  'Whoever registers with {0} and gives it may use the gateway.':
    'Wer sich bei {0} anmeldet und sie angibt, darf das Gateway nutzen.',
  Invitation: 'Einladung',
  'Taken by': 'Eingelöst von',
  'Made by': 'Erstellt von',
  'Good until': 'Gültig bis',
  'List invitations': 'Einladungen auflisten',
  'list the invitations and who took them': 'zeigt die Einladungen und wer sie eingelöst hat',
  'There are no invitations.': 'Es gibt keine Einladungen.',
  'Invitations:': 'Einladungen:',
  'Take back an invitation': 'Einladung zurücknehmen',
  'take back an invitation': 'nimmt eine Einladung zurück',
  'Give the invitation.': 'Gib die Einladung an.',
  'The invitation is no longer good.': 'Die Einladung gilt nicht mehr.',
  '{0} may not come any more.': '{0} hat keinen Zutritt mehr.',
  'There is no such command here. Ask for the list of commands.':
    'Diesen Befehl gibt es hier nicht. Ruf die Liste der Befehle ab.',
  'Only administrators of the gateway may do this.': 'Das dürfen nur Administratoren des Gateways.',
  'Those are more than {0} words. Put those that belong together in quotes.':
    'Das sind mehr als {0} Wörter. Setz, was zusammengehört, in Anführungszeichen.',
  "“{0}” can't stay empty.": '„{0}“ darf nicht leer bleiben.',
  'Answer “yes” or “no”.': 'Antworte mit „ja“ oder „nein“.',
  'Answer with one of the list, or its number.': 'Antworte mit etwas aus der Liste oder seiner Nummer.',
  '(yes or no)': '(ja oder nein)',
  yes: 'ja',
  no: 'nein',
  '“-” leaves it empty.': '„-“ lässt es leer.',
  'Now: {0}. “-” keeps it.': 'Jetzt: {0}. „-“ lässt es so.',
  'What you write in a chat can stay on your devices and your server: if your client has a form for this command, use that. Else write it here, then delete the line.':
    'Was du in einem Chat schreibst, kann auf deinen Geräten und deinem Server bleiben: Hat dein Programm ein Formular für diesen Befehl, dann nimm das. Sonst schreib es hier und lösche danach die Zeile.',
  '… and {0} more.': '… und {0} weitere.',
  'Too many people ask at once. Try again in a minute.':
    'Zu viele fragen gleichzeitig. Versuch es in einer Minute wieder.',
  'There is nothing under way.': 'Es läuft gerade nichts.',
  "I don't know “{0}”. Write “help” to see what can be done here.":
    '„{0}“ kenne ich nicht. Schreib „help“, um zu sehen, was hier möglich ist.',
  "I don't know “{0}”. Did you mean “{1}”? Write “help” to see what can be done here.":
    '„{0}“ kenne ich nicht. Meinst du „{1}“? Schreib „help“, um zu sehen, was hier möglich ist.',
  'Cancelled.': 'Abgebrochen.',
  'Now delete the line with your password from this chat.':
    'Lösche jetzt die Zeile mit deinem Passwort aus diesem Chat.',
  '“back” asks again, “cancel” ends this.': '„back“ fragt noch einmal, „cancel“ bricht ab.',
  'Nothing was answered for ten minutes, so “{0}” is cancelled.':
    'Zehn Minuten lang kam keine Antwort, darum ist „{0}“ abgebrochen.',
  'There is nothing to answer. Start the command again.': 'Es gibt nichts zu beantworten. Beginne den Befehl von vorn.',
  'No more than {0} characters for “{1}”.': 'Nicht mehr als {0} Zeichen für „{1}“.',
  '“{0}” is no choice for “{1}”. Take one of those that are offered.':
    '„{0}“ steht bei „{1}“ nicht zur Wahl. Wähle etwas aus der Liste.',
  'Give a whole number from {0} to {1} for “{2}”.': 'Gib für „{2}“ eine ganze Zahl von {0} bis {1} an.',
  '“{0}” is no value for “{1}”. Choose one that is offered.':
    '„{0}“ ist kein Wert für „{1}“. Wähle etwas aus der Liste.',
  'No more than {0} conversations can have settings of their own.':
    'Nicht mehr als {0} Gespräche können eigene Einstellungen haben.',
  'More is asked than this form can hold. Use the command “Sign in”, or chat with this address.':
    'Es wird mehr gefragt, als in dieses Formular passt. Nimm den Befehl „Anmelden“ oder chatte mit dieser Adresse.',
  'There is nothing to fill in.': 'Es gibt nichts auszufüllen.',
  'Register with {0}.': 'Registriere dich bei {0}.',
  'You are not registered with {0}.': 'Du bist bei {0} nicht registriert.',
  "Register with {0} first, from your client's list of services.":
    'Registriere dich zuerst bei {0}, in der Liste der Dienste deines Programms.',
  'Submit the form.': 'Sende das Formular ab.',
  'The form is missing.': 'Das Formular fehlt.',
  'This is the first step.': 'Das ist der erste Schritt.',
  'There is no action “{0}”.': 'Die Aktion „{0}“ gibt es nicht.',
  'Start a command with the action “execute”.': 'Beginne einen Befehl mit der Aktion „execute“.',
  'This took more than ten minutes. Start the command again.':
    'Das hat länger als zehn Minuten gedauert. Beginne den Befehl von vorn.',
  'This command is not under way. Start it again.': 'Dieser Befehl läuft nicht. Beginne ihn von vorn.',
  'Too many commands are under way. Try again in a few minutes.':
    'Zu viele Befehle laufen gleichzeitig. Versuch es in ein paar Minuten wieder.',
  'The last step is still being worked on. Wait for its answer.':
    'Am letzten Schritt wird noch gearbeitet. Warte auf die Antwort.',
  "A form can't be of the type “{0}”.": 'Ein Formular kann nicht vom Typ „{0}“ sein.',
  'No more than {0} fields in one form.': 'Nicht mehr als {0} Felder in einem Formular.',
  'No more than {0} characters in one form.': 'Nicht mehr als {0} Zeichen in einem Formular.',
  'Sign in to IRC': 'Bei IRC anmelden',
  'Server, such as irc.libera.chat': 'Server, etwa irc.libera.chat',
  Server: 'Server',
  'Account (SASL), if you have registered one': 'Konto (SASL), falls du eines registriert hast',
  'Password of the account': 'Passwort des Kontos',
  'Password of the account (leave empty to keep the present one)':
    'Passwort des Kontos (leer lassen, um das jetzige zu behalten)',
  'Password of the server, if it has one': 'Passwort des Servers, falls er eines hat',
  'Password of the server, if it has one (leave empty to keep the present one)':
    'Passwort des Servers, falls er eines hat (leer lassen, um das jetzige zu behalten)',
  'Real name, which others can see': 'Wirklicher Name, den andere sehen können',
  'This gateway does not connect to that server. Choose another.':
    'Dieses Gateway verbindet sich nicht mit diesem Server. Wähle einen anderen.',
  'This gateway does not connect to {0} any more.': 'Dieses Gateway verbindet sich nicht mehr mit {0}.',
  'Write each answer in one line.': 'Schreib jede Antwort in eine Zeile.',
  'An account needs its password: give both or neither.': 'Ein Konto braucht sein Passwort: Gib beides an oder keines.',
  "“{0}” can't be a nick on IRC. Choose one word of letters, digits, - and _.":
    '„{0}“ kann im IRC kein Nick sein. Wähle ein Wort aus Buchstaben, Ziffern, - und _.',
  'Enter a nick on {0}.': 'Gib einen Nick auf {0} ein.',
  'Enter a nick and its server, such as “juliet on irc.libera.chat”.':
    'Gib einen Nick und seinen Server ein, etwa „juliet on irc.libera.chat“.',
  'Nick on server': 'Nick on Server',
  '{0} is on your contact list already.': '{0} ist schon auf deiner Kontaktliste.',
  '{0} is on your contact list now.': '{0} ist jetzt auf deiner Kontaktliste.',
  'Sign out, and have what you chose forgotten? With the last account goes all that is kept here for you: contacts, preferences, history.':
    'Abmelden und das Gewählte vergessen lassen? Mit dem letzten Konto geht alles, was hier für dich aufbewahrt wird: Kontakte, Einstellungen, Verlauf.',
  'Sign out, and have all forgotten that is kept here for you: account, contacts, preferences, history?':
    'Abmelden und alles vergessen lassen, was hier für dich aufbewahrt wird: Konto, Kontakte, Einstellungen, Verlauf?',
  ...GERMAN_REFUSALS,
  ...GERMAN_SETTINGS,
};
