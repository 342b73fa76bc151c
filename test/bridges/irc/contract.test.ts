/** The IRC bridge keeps the contract, with many servers on a host and with one. */

import { idsOf } from '#bridges/irc/ids.ts';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import { contract, type World } from '#test/contract.ts';
import { FakeIrcd } from '#test/fakes/ircd.ts';
import { SERVER } from './stage.ts';

async function world(fixed: boolean): Promise<World> {
  const ircd = await FakeIrcd.start();
  const servers = { [SERVER]: { address: '127.0.0.1', port: ircd.port, tls: 'off' } };
  const network = ircNetwork(ircOptions.parse({ servers, ...(fixed && { server: SERVER }) }), { quit: 500 });
  const ids = idsOf(SERVER, fixed);
  const account = network.guest(SERVER, 'romeo');
  if (!account) throw new Error('The network is not open.');
  return {
    network,
    account,
    room: ids.room('#verona'),
    foreign: ids.room('#mantua'),
    contact: ids.contact('juliet'),
    locals: fixed
      ? ['#Verona', '&local', 'Juliet', '']
      : ['#Verona%IRC.test', '#a%b%irc.test', 'Juliet%irc.test', SERVER],
    says: (room, text) => ircd.peers.at(-1)?.send(`:juliet!j@balcony PRIVMSG ${ids.name(room)} :${text}`),
    cut: () => ircd.peers.at(-1)?.cut(),
    [Symbol.asyncDispose]: () => ircd[Symbol.asyncDispose](),
  };
}

contract('IRC', () => world(false));
contract('IRC with one server', () => world(true));
