/** Notices, and sentences of refusals, in Czech; see locale.ts. */

import type { Dictionary } from './locale.ts';

export const CZECH_REFUSALS: Dictionary = {
  'Connected to {0} again.': 'Spojení s {0} je obnoveno.',
  'Connection to {0} lost ({1}). It is tried again until it works.':
    'Spojení s {0} se přerušilo ({1}). Pokusy pokračují, dokud se to nepodaří.',
  'No connection to {0} yet ({1}). It is tried again until it works.':
    'Spojení s {0} zatím není ({1}). Pokusy pokračují, dokud se to nepodaří.',
  '{0} Until then {1} stays disconnected.': '{0} Do té doby zůstane {1} odpojeno.',
  'Not connected to {0}. Try again later.': 'Není spojení s {0}. Zkuste to později.',
  'Not connected to {0} ({1}). Try again later.': 'Není spojení s {0} ({1}). Zkuste to později.',
  'Disconnected from {0}.': 'Odpojeno od {0}.',
  '{0} was disconnected.': 'Spojení s {0} bylo ukončeno.',
  '{0} may not use this gateway. Ask its administrator.': '{0} nesmí tuto bránu používat. Obraťte se na správce.',
  '{0} needs an invitation to use this gateway. Ask its administrator for one, then register with it.':
    '{0} potřebuje k používání brány pozvánku. Požádejte o ni správce a zaregistrujte se s ní.',
  'This invitation is not good, or not any more. Ask the administrator for a new one.':
    'Tato pozvánka neplatí nebo už vypršela. Požádejte správce o novou.',
  'There is no such invitation. Look it up in the list of invitations.':
    'Taková pozvánka není. Podívejte se do seznamu pozvánek.',
  'You have blocked this contact. Unblock it to write to it.':
    'Tento kontakt máte zablokovaný. Chcete-li mu psát, odblokujte ho.',
  'No more than {0} bytes in one message. Send it in parts.':
    'Nejvýše {0} bajtů v jedné zprávě. Pošlete ji po částech.',
  'Too much is waiting to be sent here. Wait a moment, then send this again.':
    'Na odeslání tu čeká příliš mnoho. Chvíli počkejte a pošlete to znovu.',
  'You send faster than the gateway takes it. Wait a moment, then send this again.':
    'Posíláte rychleji, než brána stíhá. Chvíli počkejte a pošlete to znovu.',
  'The gateway is stopping. Try again soon.': 'Brána se zastavuje. Zkuste to brzy znovu.',
  'The gateway is stopping. Try again in a minute.': 'Brána se zastavuje. Zkuste to za minutu znovu.',
  'Nothing on {0} can have the address {1}.': 'Na {0} nemůže mít nic adresu {1}.',
  'There is nothing at this address. Check its spelling.': 'Na této adrese nic není. Zkontrolujte, jak je napsaná.',
  '{0} is not a room.': '{0} není místnost.',
  'This address is not a room.': 'Tato adresa není místnost.',
  '{0} is not in this room.': '{0} v této místnosti není.',
  'You are not in this room. Join it first.': 'Nejste v této místnosti. Nejdříve do ní vstupte.',
  'You are no longer in this room. Join it again.': 'Už nejste v této místnosti. Vstupte do ní znovu.',
  'You are not in {0}. Join it, then do this again.': 'Nejste v {0}. Vstupte tam a zkuste to znovu.',
  'A nickname is missing: join room@host/nickname.': 'Chybí přezdívka: vstupte na mistnost@host/prezdivka.',
  'Messages to the room go to its bare address.': 'Zprávy do místnosti posílejte na její adresu bez přezdívky.',
  'Write to the room as a group chat, or to one person in it.':
    'Pište místnosti jako skupinový chat, nebo jedné osobě v ní.',
  'No more than {0} rooms at once. Leave another one first.': 'Nejvýše {0} místností najednou. Napřed jinou opusťte.',
  'You may not stay in rooms without a client here. Ask the administrator, or keep a client in the room.':
    'Bez klienta tu v místnostech zůstávat nesmíte. Zeptejte se správce, nebo nechte v místnosti klienta.',
  'No more than {0} contacts here. Remove some.': 'Nejvýše {0} kontaktů. Některé odeberte.',
  'No more than {0} servers at once. Leave the rooms of another one first.':
    'Nejvýše {0} serverů najednou. Nejdříve opusťte místnosti jiného.',
  "{0} can't do this ({1}).": '{0} tohle neumí ({1}).',
  '{0} did not answer in time.': '{0} neodpovědělo včas.',
  '{0} did not answer in time. Try again later.': '{0} neodpovědělo včas. Zkuste to později.',
  '{0} did not answer. Look whether it happened, then try again.':
    '{0} neodpovědělo. Podívejte se, zda se to stalo, a pak to zkuste znovu.',
  'The nick {0} is in use on {1}. Choose another.': 'Přezdívka {0} je na {1} obsazená. Zvolte jinou.',
  '{0} does not allow the nick {1}. Choose another.': '{0} nepovoluje přezdívku {1}. Zvolte jinou.',
  'Nobody in {0} is called {1}.': 'V {0} se nikdo nejmenuje {1}.',
  'Too many of your requests are under way. Wait a moment.': 'Probíhá příliš mnoho vašich dotazů. Chvíli počkejte.',
  'This took too long. Try again later.': 'Trvalo to příliš dlouho. Zkuste to později.',
  'This request is malformed.': 'Tento dotaz je chybný.',
  'Something went wrong in the gateway. Try again; if it stays so, tell its administrator.':
    'V bráně se něco pokazilo. Zkuste to znovu; pokud to potrvá, řekněte to správci.',
  'The gateway does not know the message this is about. Send a new one.':
    'Brána nezná zprávu, které se to týká. Pošlete novou.',
  'Only messages of your own can be changed or taken back.': 'Změnit nebo vzít zpět lze jen vlastní zprávy.',
  'Messages can not be taken back on this network: what was sent stays.':
    'V této síti nelze vzít zprávy zpět: co bylo odesláno, zůstává.',
  "{0} can't read messages with {1}, so this one was not sent. Switch {2} off in this chat, then send it again.":
    '{0} neumí číst zprávy s {1}, proto tato nebyla odeslána. Vypněte v tomto chatu {2} a pošlete ji znovu.',
  'No more than {0} contacts can be blocked here. Unblock some first.':
    'Zablokovat tu lze nejvýše {0} kontaktů. Nejdříve některé odblokujte.',
  'This contact has no address.': 'Tento kontakt nemá adresu.',
  'Messages of others can not be taken out of rooms on this network.':
    'V této síti nelze odstraňovat z místností zprávy ostatních.',
  "{0} can't be shown here. {1}": '{0} tu nelze zobrazit. {1}',
  "Ask the gateway's administrator to set up file upload for {0}.":
    'Požádejte správce brány, aby pro {0} nastavil nahrávání souborů.',
  'An invitation is good for 1 to {0} days. Give a number of days.': 'Pozvánka platí 1 až {0} dní. Zadejte počet dní.',
  'There are {0} invitations already. Revoke some first.': 'Pozvánek už je {0}. Nejdříve některé zrušte.',
  'Leave to speak can not be asked for here. Write to one of the moderators.':
    'O slovo tu požádat nelze. Napište některému z moderátorů.',
  'The room was left again.': 'Místnost byla zase opuštěna.',
  'You are not connected. Show yourself online to the gateway first.':
    'Nejste připojeni. Nejdříve se bráně ukažte online.',
  'The network did not tell in time. Try again later.': 'Síť neodpověděla včas. Zkuste to později.',
  '{0} did not tell its rooms in time. Try again later.': '{0} nevypsalo své místnosti včas. Zkuste to později.',
  '{0} did not tell its list in time. Try again later.': '{0} nevypsalo svůj seznam včas. Zkuste to později.',
  '{0} is nobody who can be invited.': '{0} nelze pozvat.',
  '{0} is no room of {1}, so nobody there can enter it. Invite to a room on {2}.':
    '{0} není místnost sítě {1}, takže do ní odtud nikdo nemůže vstoupit. Pozvěte do místnosti na {2}.',
  'No more than {0} reactions to one message.': 'Nejvýše {0} reakcí na jednu zprávu.',
  'Only from a room messages can be taken out.': 'Odstraňovat zprávy lze jen z místnosti.',
  'The network has no name for this message, so it can not be taken back.':
    'Síť pro tuto zprávu nemá označení, proto ji nelze vzít zpět.',
  '{0} is not a person. Write to one of its contacts.': '{0} není osoba. Napište některému z tamních kontaktů.',
  '{0} sends from one address to the next without end. Send another address.':
    '{0} donekonečna přesměrovává z adresy na adresu. Pošlete jinou.',
  '{0} sends no plain file.': '{0} neposílá obyčejný soubor.',
  '{0} does not have the file any more.': '{0} už soubor nemá.',
  '{0} does not give the file to others.': '{0} soubor jiným nevydává.',
  '{0} did not give the file ({1}). Try again later.': '{0} soubor nevydalo ({1}). Zkuste to později.',
  '{0} did not give the file in time. Try again later.': '{0} soubor nevydalo včas. Zkuste to později.',
  'The file at {0} is larger than {1}. Send a link to it instead.':
    'Soubor na {0} je větší než {1}. Pošlete místo něj odkaz.',
  'The file is larger than {0} MiB.': 'Soubor je větší než {0} MiB.',
  'Something went wrong on the way. Ask for it to be sent again.':
    'Cestou se něco pokazilo. Požádejte, ať ho pošlou znovu.',
  'The file did not come in time.': 'Soubor nedorazil včas.',
  'Your files here take up all their place. The oldest go after {0} days.':
    'Vaše místo pro soubory je tu plné. Nejstarší zmizí po {0} dnech.',
  "The gateway's place for files is full. Tell its administrator.":
    'Místo na soubory je na bráně plné. Řekněte to správci.',
  '{0} is too slow. Try again later.': '{0} je příliš pomalé. Zkuste to později.',
  'This is no web address. Send one that begins with https://.':
    'Toto není webová adresa. Pošlete takovou, která začíná https://.',
  "{0} can't be reached. Check the address, or try again later.":
    '{0} je nedostupné. Zkontrolujte adresu, nebo to zkuste později.',
  '{0} is not a public address. Put the file on a server of the Internet.':
    '{0} není veřejná adresa. Dejte soubor na server na internetu.',
  '{0} is nobody on {1} who can be blocked.': '{0} na {1} není nikdo, koho lze zablokovat.',
  'You ask faster than the gateway answers. Wait a moment.': 'Ptáte se rychleji, než brána odpovídá. Chvíli počkejte.',
  'The gateway has lost its link to the XMPP server. Try again in a minute.':
    'Brána ztratila spojení s XMPP serverem. Zkuste to za minutu znovu.',
  '“{0}” is no address.': '„{0}“ není adresa.',
  'This search takes too long. Narrow it with start and end.':
    'Toto hledání trvá příliš dlouho. Zužte ho začátkem a koncem.',
  'Only who is in the room has a role.': 'Roli má jen ten, kdo je v místnosti.',
  'There is no such role or affiliation.': 'Taková role ani příslušnost není.',
  'Name somebody by a nick or an address.': 'Uveďte někoho přezdívkou nebo adresou.',
  '{0} is nobody on this network. Name people by their addresses here.':
    '{0} v této síti nikdo není. Uvádějte lidi jejich zdejšími adresami.',
  '{0} is nobody on this network.': '{0} v této síti nikdo není.',
  'A room of the other network can not be destroyed from here. Leave it instead.':
    'Místnost jiné sítě odsud nelze zrušit. Místo toho z ní odejděte.',
  'Rooms of {0} have no settings that can be changed from here.':
    'Místnosti sítě {0} nemají nastavení, která lze odsud měnit.',
  '{0}: no more than {1} characters.': '{0}: nejvýše {1} znaků.',
  'Fill in the password that shall be needed.': 'Vyplňte heslo, které má být potřeba.',
  'Choose a shorter password.': 'Zvolte kratší heslo.',
  'There is nothing at this address.': 'Na této adrese nic není.',
  'People on the other network can not be pinged from here.': 'Lidem v jiné síti odsud nelze poslat ping.',
  'You ask more than people can answer. Wait for their answers, then ask again.':
    'Ptáte se na víc, než stihnou ostatní odpovědět. Počkejte na odpovědi a pak se zeptejte znovu.',
  'Their program did not answer in time. It may not answer such questions at all.':
    'Jejich program včas neodpověděl. Možná na takové otázky neodpovídá vůbec.',
  'Connect to a server first: its people are asked.': 'Nejdříve se připojte k serveru: ptáme se lidí na něm.',
  '{0} gives no usable place for files.': '{0} neposkytuje použitelné místo pro soubory.',
  'This belongs to the other network. Change it there, with a client of its own.':
    'To patří jiné síti. Změňte to tam jejím vlastním klientem.',
  "{0} can't be the name of a channel.": '{0} nemůže být název kanálu.',
  'The password of {0} is one word without a comma.': 'Heslo do {0} je jedno slovo bez čárky.',
  'You are in this channel as {0}. Join it by that name.': 'V tomto kanálu jste jako {0}. Vstupte pod tímto jménem.',
  '{0} is not in {1}.': '{0} není v {1}.',
  '{0} has no such rank. Choose another.': '{0} takovou hodnost nemá. Zvolte jinou.',
  "“{0}” can't be a nick on IRC. Choose one word of letters.":
    '„{0}“ nemůže být přezdívka na IRC. Zvolte jedno slovo z písmen.',
  'You are not connected to {0} now. Try again later.': 'Teď nejste připojeni k {0}. Zkuste to později.',
  'IRC has nothing like that.': 'Nic takového na IRC není.',
};
