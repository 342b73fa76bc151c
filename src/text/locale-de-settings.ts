/** Settings, certificates and accounts of networks, in German; see locale.ts. */

import type { Dictionary } from './locale.ts';

export const GERMAN_SETTINGS: Dictionary = {
  Configure: 'Einstellen',
  'see and change settings of this gateway, of a server or of a room':
    'zeigt und ändert Einstellungen des Gateways, eines Servers oder eines Raums',
  'Configure the server': 'Server einstellen',
  'see and change settings of your account on the server':
    'zeigt und ändert Einstellungen deines Kontos auf dem Server',
  'Configure the gateway': 'Gateway einstellen',
  'see and change settings that hold for all rooms': 'zeigt und ändert Einstellungen, die für alle Räume gelten',
  'Your settings are stored.': 'Deine Einstellungen sind gespeichert.',
  'Settings of {0}': 'Einstellungen von {0}',
  'Messages shown on joining a room': 'Nachrichten, die beim Betreten eines Raums gezeigt werden',
  'As everywhere': 'Wie überall',
  Yes: 'Ja',
  No: 'Nein',
  Connection: 'Verbindung',
  'see how you are connected, and with which clients': 'zeigt, wie und mit welchen Clients du verbunden bist',
  'You are not connected to {0}: {1}.': 'Du bist nicht mit {0} verbunden: {1}.',
  'You are not connected to {0}.': 'Du bist nicht mit {0} verbunden.',
  'Connected to {0}.': 'Mit {0} verbunden.',
  'Connected to {0} on port {1} as {2}.': 'Mit {0} auf Port {1} als {2} verbunden.',
  'The connection is encrypted.': 'Die Verbindung ist verschlüsselt.',
  'The connection is not encrypted: others can read along.':
    'Die Verbindung ist nicht verschlüsselt: andere können mitlesen.',
  'You are not logged in to an account.': 'Du bist bei keinem Konto angemeldet.',
  'You are logged in as {0}.': 'Du bist als {0} angemeldet.',
  'Since {0}': 'Seit {0}',
  'no client of yours': 'keiner deiner Clients',
  'And {0} more rooms.': 'Und {0} weitere Räume.',
  'What others see as the reason': 'Was andere als Grund sehen',
  'Disconnect from a server': 'Von einem Server trennen',
  'end the connection to a server': 'beendet die Verbindung zu einem Server',
  '{0} is connected to nothing here.': '{0} ist hier mit nichts verbunden.',
  Servers: 'Server',
  'Choose the servers to disconnect from.': 'Wähle die Server, von denen getrennt werden soll.',
  'Nobody is connected.': 'Niemand ist verbunden.',
  User: 'Nutzer',
  'Disconnect users': 'Nutzer trennen',
  'end all connections of users': 'beendet alle Verbindungen von Nutzern',
  Users: 'Nutzer',
  'Disconnected by admin': 'Vom Administrator getrennt',
  'Choose the users to disconnect.': 'Wähle die Nutzer, die getrennt werden sollen.',
  'One connection was ended.': 'Eine Verbindung wurde beendet.',
  '{0} connections were ended.': '{0} Verbindungen wurden beendet.',
  Hello: 'Hallo',
  'have the gateway greet you': 'lässt dich vom Gateway grüßen',
  'Your name': 'Dein Name',
  'Give a name.': 'Gib einen Namen an.',
  'Hello {0}!': 'Hallo {0}!',
  'You are connected to no server. Give this command to the address of one.':
    'Du bist mit keinem Server verbunden. Gib diesen Befehl der Adresse von einem.',
  Ping: 'Ping',
  Pong: 'Pong',
  'see whether the gateway answers': 'zeigt, ob das Gateway antwortet',
  'Reload the configuration': 'Konfiguration neu laden',
  'have the configuration read again': 'lässt die Konfiguration neu lesen',
  'The configuration is what it was.': 'Die Konfiguration ist, wie sie war.',
  'Changed: {0}. Connections made from now on follow it.': 'Geändert: {0}. Neue Verbindungen richten sich danach.',
  'Restart the gateway for: {0}.': 'Starte das Gateway neu für: {0}.',
  'No more than {0} servers can have settings. Sign out of another one first.':
    'Nicht mehr als {0} Server können Einstellungen haben. Melde dich erst von einem anderen ab.',
  'Nick (empty: that of the room you join first)': 'Nick (leer: der des zuerst betretenen Raums)',
  'Account of the network (empty: named like the nick)': 'Konto des Netzes (leer: heißt wie der Nick)',
  'Password of the server (leave empty to keep the present one)':
    'Passwort des Servers (leer lassen, um das jetzige zu behalten)',
  'Address of the server': 'Adresse des Servers',
  'Encrypted ports, one a line, tried in this order':
    'Verschlüsselte Ports, je einer pro Zeile, in dieser Reihenfolge versucht',
  'Ports without encryption, tried after those': 'Ports ohne Verschlüsselung, danach versucht',
  'Check the certificate of the server': 'Das Zertifikat des Servers prüfen',
  'SHA-256 of the only certificate to trust': 'SHA-256 des einzigen Zertifikats, dem vertraut wird',
  'Lines sent after connecting': 'Zeilen, die nach dem Verbinden gesendet werden',
  'User name, which others can see': 'Benutzername, den andere sehen können',
  'Lines sent at once before it is one a second (-1: as the gateway has it)':
    'Zeilen auf einmal, bevor es eine pro Sekunde ist (-1: wie das Gateway es hat)',
  'Charset of what is not UTF-8, such as iso-8859-15': 'Zeichensatz dessen, was kein UTF-8 ist, etwa iso-8859-15',
  'Charset to write in (empty: UTF-8)': 'Zeichensatz zum Schreiben (leer: UTF-8)',
  'Passwords to forget': 'Passwörter, die vergessen werden sollen',
  'A password needs its account: give its name or the nick too.':
    'Ein Passwort braucht sein Konto: gib auch dessen Namen oder den Nick an.',
  'Another account needs its own password: give it too.':
    'Ein anderes Konto braucht sein eigenes Passwort: gib es mit an.',
  '“{0}” is no port. Give numbers from 1 to 65535.': '„{0}“ ist kein Port. Gib Zahlen von 1 bis 65535 an.',
  'No more than {0} ports are tried. Take some out.': 'Nicht mehr als {0} Ports werden versucht. Nimm welche heraus.',
  '“{0}” is no number of lines. Give one from 0 to {1}, or -1.':
    '„{0}“ ist keine Zahl von Zeilen. Gib eine von 0 bis {1} an, oder -1.',
  'No more than {0} lines after connecting.': 'Nicht mehr als {0} Zeilen nach dem Verbinden.',
  '“{0}” has to fit in one line of IRC: no more than {1} bytes.':
    '„{0}“ muss in eine Zeile von IRC passen: nicht mehr als {1} Bytes.',
  'No more than {0} channels can have charsets of their own.':
    'Nicht mehr als {0} Kanäle können eigene Zeichensätze haben.',
  'Client certificate': 'Client-Zertifikat',
  'log in by a certificate instead of a password': 'meldet dich mit einem Zertifikat statt einem Passwort an',
  'There is a certificate: show, replace or remove it': 'Es gibt ein Zertifikat: zeigen, ersetzen oder entfernen',
  'There is no certificate yet: make one, and connect anew with it':
    'Es gibt noch kein Zertifikat: eines machen und damit neu verbinden',
  'The certificate for {0} is removed.': 'Das Zertifikat für {0} ist entfernt.',
  'Choose what to do with the certificate.': 'Wähle, was mit dem Zertifikat geschehen soll.',
  'There is no certificate yet. Make one first.': 'Es gibt noch kein Zertifikat. Mach erst eines.',
  'Your certificate for {0} has the SHA-256 fingerprint {1}':
    'Dein Zertifikat für {0} hat den SHA-256-Fingerabdruck {1}',
  'Its SHA-512 fingerprint is {0}': 'Sein SHA-512-Fingerabdruck ist {0}',
  'To log in by it, tell the network once: while you are logged in, write “CERT ADD” to NickServ; where that is not enough, “CERT ADD” and the fingerprint.':
    'Um dich damit anzumelden, sag es dem Netz einmal: schreib NickServ, während du angemeldet bist, „CERT ADD“; wo das nicht reicht, „CERT ADD“ und den Fingerabdruck.',
  'Register an account with the network': 'Ein Konto beim Netz registrieren',
  'register your nick with the IRC network': 'registriert deinen Nick beim IRC-Netz',
  'You are logged in as {0} already.': 'Du bist schon als {0} angemeldet.',
  'Finish a registration by its code': 'Eine Registrierung mit dem Code abschließen',
  'finish a registration by the code that was mailed to you': 'schließt eine Registrierung mit dem zugesandten Code ab',
  Code: 'Code',
  'Name of the account': 'Name des Kontos',
  'Your e-mail address, where the network sends a code to': 'Deine E-Mail-Adresse, an die das Netz einen Code schickt',
  'Password of the new account': 'Passwort des neuen Kontos',
  'Choose a password without spaces, of no more than 300 characters.':
    'Wähle ein Passwort ohne Leerzeichen mit höchstens 300 Zeichen.',
  'Neither the name nor the e-mail address can have spaces in it.':
    'Weder im Namen noch in der E-Mail-Adresse dürfen Leerzeichen sein.',
  'When you have the code, finish it with “verify-account”.':
    'Wenn du den Code hast, schließ es mit „verify-account“ ab.',
  'Give the account and its code.': 'Gib das Konto und seinen Code an.',
  'This network takes the code in another way: do what its mail says.':
    'Dieses Netz nimmt den Code auf anderem Weg: tu, was in seiner Mail steht.',
  'The account {0} is registered. Sign in to {1} with it and its password.':
    'Das Konto {0} ist registriert. Melde dich damit und mit seinem Passwort bei {1} an.',
  '{0} gave no answer. Try again later.': '{0} hat nicht geantwortet. Versuch es später wieder.',
  'The account {0} is registered, and you are logged in to it, now and whenever you connect.':
    'Das Konto {0} ist registriert, und du bist damit angemeldet, jetzt und bei jeder Verbindung.',
  'NickServ says: {0}': 'NickServ sagt: {0}',
  'When that is done, sign in to {0} with the nick and its password.':
    'Wenn das getan ist, melde dich bei {0} mit dem Nick und seinem Passwort an.',
  '{0} says: {1}': '{0} sagt: {1}',
  'You are not connected to this server. Join one of its rooms, then try again.':
    'Du bist nicht mit diesem Server verbunden. Betritt einen seiner Räume und versuch es dann wieder.',
};
