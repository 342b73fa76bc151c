/** Notices, and sentences of refusals, in German; see locale.ts. */

import type { Dictionary } from './locale.ts';

export const GERMAN_REFUSALS: Dictionary = {
  'Connected to {0} again.': 'Wieder mit {0} verbunden.',
  'Connection to {0} lost ({1}). It is tried again until it works.':
    'Verbindung zu {0} verloren ({1}). Es wird weiter versucht, bis es klappt.',
  'No connection to {0} yet ({1}). It is tried again until it works.':
    'Noch keine Verbindung zu {0} ({1}). Es wird weiter versucht, bis es klappt.',
  '{0} Until then {1} stays disconnected.': '{0} Bis dahin bleibt {1} getrennt.',
  'Not connected to {0}. Try again later.': 'Nicht mit {0} verbunden. Versuch es später wieder.',
  'Not connected to {0} ({1}). Try again later.': 'Nicht mit {0} verbunden ({1}). Versuch es später wieder.',
  'Disconnected from {0}.': 'Von {0} getrennt.',
  '{0} was disconnected.': '{0} wurde getrennt.',
  '{0} may not use this gateway. Ask its administrator.':
    '{0} darf dieses Gateway nicht nutzen. Frag den Administrator.',
  '{0} needs an invitation to use this gateway. Ask its administrator for one, then register with it.':
    '{0} braucht eine Einladung für dieses Gateway. Bitte den Administrator darum und registriere dich damit.',
  'This invitation is not good, or not any more. Ask the administrator for a new one.':
    'Diese Einladung gilt nicht oder nicht mehr. Bitte den Administrator um eine neue.',
  'There is no such invitation. Look it up in the list of invitations.':
    'Diese Einladung gibt es nicht. Sieh in der Liste der Einladungen nach.',
  'You have blocked this contact. Unblock it to write to it.':
    'Du hast diesen Kontakt blockiert. Heb das auf, um ihm zu schreiben.',
  'No more than {0} bytes in one message. Send it in parts.':
    'Nicht mehr als {0} Bytes in einer Nachricht. Sende sie in Teilen.',
  'Too much is waiting to be sent here. Wait a moment, then send this again.':
    'Hier wartet zu viel darauf, gesendet zu werden. Warte einen Moment und sende es dann noch einmal.',
  'You send faster than the gateway takes it. Wait a moment, then send this again.':
    'Du sendest schneller, als das Gateway es annimmt. Warte einen Moment und sende es dann noch einmal.',
  'The gateway is stopping. Try again soon.': 'Das Gateway wird angehalten. Versuch es bald wieder.',
  'The gateway is stopping. Try again in a minute.': 'Das Gateway wird angehalten. Versuch es in einer Minute wieder.',
  'Nothing on {0} can have the address {1}.': 'Auf {0} kann nichts die Adresse {1} haben.',
  'There is nothing at this address. Check its spelling.':
    'Unter dieser Adresse gibt es nichts. Prüf die Schreibweise.',
  '{0} is not a room.': '{0} ist kein Raum.',
  'This address is not a room.': 'Diese Adresse ist kein Raum.',
  '{0} is not in this room.': '{0} ist nicht in diesem Raum.',
  'You are not in this room. Join it first.': 'Du bist nicht in diesem Raum. Betritt ihn zuerst.',
  'You are no longer in this room. Join it again.': 'Du bist nicht mehr in diesem Raum. Betritt ihn wieder.',
  'You are not in {0}. Join it, then do this again.':
    'Du bist nicht in {0}. Betritt den Raum und versuch es noch einmal.',
  'A nickname is missing: join room@host/nickname.': 'Es fehlt ein Nick: Betritt raum@host/nick.',
  'Messages to the room go to its bare address.': 'Nachrichten an den Raum gehen an seine Adresse ohne Nick.',
  'Write to the room as a group chat, or to one person in it.':
    'Schreib dem ganzen Raum als Gruppenchat oder einer Person darin.',
  'No more than {0} rooms at once. Leave another one first.':
    'Nicht mehr als {0} Räume zugleich. Verlass erst einen anderen.',
  'You may not stay in rooms without a client here. Ask the administrator, or keep a client in the room.':
    'Du darfst hier nicht ohne Client in Räumen bleiben. Frag die Verwaltung, oder lass einen Client im Raum.',
  'No more than {0} contacts here. Remove some.': 'Nicht mehr als {0} Kontakte hier. Entferne einige.',
  'No more than {0} servers at once. Leave the rooms of another one first.':
    'Nicht mehr als {0} Server zugleich. Verlass zuerst die Räume eines anderen.',
  "{0} can't do this ({1}).": '{0} kann das nicht ({1}).',
  '{0} did not answer in time.': '{0} hat nicht rechtzeitig geantwortet.',
  '{0} did not answer in time. Try again later.': '{0} hat nicht rechtzeitig geantwortet. Versuch es später wieder.',
  '{0} did not answer. Look whether it happened, then try again.':
    '{0} hat nicht geantwortet. Sieh nach, ob es geschehen ist, und versuch es dann noch einmal.',
  'The nick {0} is in use on {1}. Choose another.': 'Der Nick {0} ist auf {1} vergeben. Wähle einen anderen.',
  '{0} does not allow the nick {1}. Choose another.': '{0} erlaubt den Nick {1} nicht. Wähle einen anderen.',
  'Nobody in {0} is called {1}.': 'In {0} heißt niemand {1}.',
  'Too many of your requests are under way. Wait a moment.':
    'Zu viele deiner Anfragen laufen noch. Warte einen Moment.',
  'This took too long. Try again later.': 'Das hat zu lange gedauert. Versuch es später wieder.',
  'This request is malformed.': 'Diese Anfrage ist fehlerhaft.',
  'Something went wrong in the gateway. Try again; if it stays so, tell its administrator.':
    'Im Gateway ist etwas schiefgegangen. Versuch es noch einmal; bleibt es so, sag es dem Administrator.',
  'The gateway does not know the message this is about. Send a new one.':
    'Das Gateway kennt die Nachricht nicht, um die es geht. Sende eine neue.',
  'Only messages of your own can be changed or taken back.':
    'Nur eigene Nachrichten lassen sich ändern oder zurücknehmen.',
  'Messages can not be taken back on this network: what was sent stays.':
    'In diesem Netz lassen sich Nachrichten nicht zurücknehmen: Was gesendet ist, bleibt.',
  "{0} can't read messages with {1}, so this one was not sent. Switch {2} off in this chat, then send it again.":
    '{0} kann Nachrichten mit {1} nicht lesen, darum wurde diese nicht gesendet. Schalte {2} in diesem Chat aus und sende sie noch einmal.',
  'No more than {0} contacts can be blocked here. Unblock some first.':
    'Hier lassen sich nicht mehr als {0} Kontakte blockieren. Heb zuerst einige Blockierungen auf.',
  'This contact has no address.': 'Dieser Kontakt hat keine Adresse.',
  'Messages of others can not be taken out of rooms on this network.':
    'In diesem Netz lassen sich Nachrichten anderer nicht aus Räumen entfernen.',
  "{0} can't be shown here. {1}": '{0} lässt sich hier nicht zeigen. {1}',
  "Ask the gateway's administrator to set up file upload for {0}.":
    'Bitte den Administrator des Gateways, das Hochladen von Dateien für {0} einzurichten.',
  'An invitation is good for 1 to {0} days. Give a number of days.':
    'Eine Einladung gilt 1 bis {0} Tage. Gib eine Zahl von Tagen an.',
  'There are {0} invitations already. Revoke some first.': 'Es gibt schon {0} Einladungen. Nimm zuerst einige zurück.',
  'Leave to speak can not be asked for here. Write to one of the moderators.':
    'Um das Wort lässt sich hier nicht bitten. Schreib einem der Moderatoren.',
  'The room was left again.': 'Der Raum wurde wieder verlassen.',
  'You are not connected. Show yourself online to the gateway first.':
    'Du bist nicht verbunden. Melde dich zuerst beim Gateway als online.',
  'The network did not tell in time. Try again later.':
    'Das Netz hat nicht rechtzeitig geantwortet. Versuch es später wieder.',
  '{0} did not tell its rooms in time. Try again later.':
    '{0} hat seine Räume nicht rechtzeitig genannt. Versuch es später wieder.',
  '{0} did not tell its list in time. Try again later.':
    '{0} hat seine Liste nicht rechtzeitig genannt. Versuch es später wieder.',
  '{0} is nobody who can be invited.': '{0} lässt sich nicht einladen.',
  '{0} is no room of {1}, so nobody there can enter it. Invite to a room on {2}.':
    '{0} ist kein Raum von {1}, darum kann ihn dort niemand betreten. Lade in einen Raum auf {2} ein.',
  'No more than {0} reactions to one message.': 'Nicht mehr als {0} Reaktionen auf eine Nachricht.',
  'Only from a room messages can be taken out.': 'Nur aus einem Raum lassen sich Nachrichten entfernen.',
  'The network has no name for this message, so it can not be taken back.':
    'Das Netz hat für diese Nachricht keine Kennung, darum lässt sie sich nicht zurücknehmen.',
  '{0} is not a person. Write to one of its contacts.': '{0} ist keine Person. Schreib einem der Kontakte dort.',
  '{0} sends from one address to the next without end. Send another address.':
    '{0} leitet endlos von Adresse zu Adresse weiter. Sende eine andere.',
  '{0} sends no plain file.': '{0} liefert keine einfache Datei.',
  '{0} does not have the file any more.': '{0} hat die Datei nicht mehr.',
  '{0} does not give the file to others.': '{0} gibt die Datei nicht an andere weiter.',
  '{0} did not give the file ({1}). Try again later.':
    '{0} hat die Datei nicht geliefert ({1}). Versuch es später wieder.',
  '{0} did not give the file in time. Try again later.':
    '{0} hat die Datei nicht rechtzeitig geliefert. Versuch es später wieder.',
  'The file at {0} is larger than {1}. Send a link to it instead.':
    'Die Datei bei {0} ist größer als {1}. Sende stattdessen einen Link.',
  'The file is larger than {0} MiB.': 'Die Datei ist größer als {0} MiB.',
  'Something went wrong on the way. Ask for it to be sent again.':
    'Unterwegs ist etwas schiefgegangen. Bitte darum, sie noch einmal zu senden.',
  'The file did not come in time.': 'Die Datei kam nicht rechtzeitig.',
  'Your files here take up all their place. The oldest go after {0} days.':
    'Dein Platz für Dateien ist hier voll. Die ältesten verschwinden nach {0} Tagen.',
  "The gateway's place for files is full. Tell its administrator.":
    'Der Speicherplatz des Gateways für Dateien ist voll. Sag es dem Administrator.',
  '{0} is too slow. Try again later.': '{0} ist zu langsam. Versuch es später wieder.',
  'This is no web address. Send one that begins with https://.':
    'Das ist keine Webadresse. Sende eine, die mit https:// beginnt.',
  "{0} can't be reached. Check the address, or try again later.":
    '{0} ist nicht erreichbar. Prüf die Adresse oder versuch es später wieder.',
  '{0} is not a public address. Put the file on a server of the Internet.':
    '{0} ist keine öffentliche Adresse. Leg die Datei auf einen Server im Internet.',
  '{0} is nobody on {1} who can be blocked.': '{0} ist niemand auf {1}, der sich blockieren lässt.',
  'You ask faster than the gateway answers. Wait a moment.':
    'Du fragst schneller, als das Gateway antwortet. Warte einen Moment.',
  'The gateway has lost its link to the XMPP server. Try again in a minute.':
    'Das Gateway hat die Verbindung zum XMPP-Server verloren. Versuch es in einer Minute wieder.',
  '“{0}” is no address.': '„{0}“ ist keine Adresse.',
  'This search takes too long. Narrow it with start and end.':
    'Diese Suche dauert zu lange. Grenze sie mit Anfang und Ende ein.',
  'Only who is in the room has a role.': 'Eine Rolle hat nur, wer im Raum ist.',
  'There is no such role or affiliation.': 'Diese Rolle oder Zugehörigkeit gibt es nicht.',
  'Name somebody by a nick or an address.': 'Nenne jemanden mit Nick oder Adresse.',
  '{0} is nobody on this network. Name people by their addresses here.':
    '{0} ist niemand in diesem Netz. Nenne Personen mit ihren Adressen hier.',
  '{0} is nobody on this network.': '{0} ist niemand in diesem Netz.',
  'A room of the other network can not be destroyed from here. Leave it instead.':
    'Ein Raum des anderen Netzes lässt sich von hier nicht auflösen. Verlass ihn stattdessen.',
  'Rooms of {0} have no settings that can be changed from here.':
    'Räume von {0} haben keine Einstellungen, die sich von hier ändern lassen.',
  '{0}: no more than {1} characters.': '{0}: nicht mehr als {1} Zeichen.',
  'Fill in the password that shall be needed.': 'Gib das Passwort an, das nötig sein soll.',
  'Choose a shorter password.': 'Wähle ein kürzeres Passwort.',
  'There is nothing at this address.': 'Unter dieser Adresse gibt es nichts.',
  'People on the other network can not be pinged from here.':
    'Personen im anderen Netz lassen sich von hier nicht anpingen.',
  'You ask more than people can answer. Wait for their answers, then ask again.':
    'Du fragst mehr, als andere beantworten können. Warte auf ihre Antworten und frag dann wieder.',
  'Their program did not answer in time. It may not answer such questions at all.':
    'Das andere Programm hat nicht rechtzeitig geantwortet. Vielleicht beantwortet es solche Fragen gar nicht.',
  'Connect to a server first: its people are asked.':
    'Verbinde dich zuerst mit einem Server: Gefragt werden die Personen dort.',
  '{0} gives no usable place for files.': '{0} bietet keinen brauchbaren Platz für Dateien.',
  'This belongs to the other network. Change it there, with a client of its own.':
    'Das gehört dem anderen Netz. Ändere es dort mit einem eigenen Programm.',
  "{0} can't be the name of a channel.": '{0} kann kein Kanalname sein.',
  'The password of {0} is one word without a comma.': 'Das Passwort von {0} ist ein Wort ohne Komma.',
  'You are in this channel as {0}. Join it by that name.':
    'Du bist in diesem Kanal als {0}. Betritt ihn unter diesem Namen.',
  '{0} is not in {1}.': '{0} ist nicht in {1}.',
  '{0} has no such rank. Choose another.': '{0} hat keinen solchen Rang. Wähle einen anderen.',
  "“{0}” can't be a nick on IRC. Choose one word of letters.":
    '„{0}“ kann im IRC kein Nick sein. Wähle ein Wort aus Buchstaben.',
  'You are not connected to {0} now. Try again later.':
    'Du bist gerade nicht mit {0} verbunden. Versuch es später wieder.',
  'IRC has nothing like that.': 'So etwas gibt es im IRC nicht.',
};
