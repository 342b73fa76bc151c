/** The features of one network's host, built once and wired to each other. */

import { Access } from '#src/access.ts';
import type { LiveAccount } from '#src/account.ts';
import { Blocks } from '#src/blocks.ts';
import { Bookmarks } from '#src/bookmarks.ts';
import { commandBook } from '#src/commands/all.ts';
import { CommandChat } from '#src/commands/chat.ts';
import { SignIn } from '#src/commands/sign-in.ts';
import { type FilePlaces, Files } from '#src/files.ts';
import { History } from '#src/history.ts';
import type { Refuse } from '#src/intent.ts';
import { Invites } from '#src/invites.ts';
import { Languages } from '#src/languages.ts';
import type { Log } from '#src/log.ts';
import { Messages } from '#src/messages.ts';
import type { ContactId, Host, Network } from '#src/network.ts';
import { Occupancy } from '#src/occupancy.ts';
import { Places, type Target } from '#src/place.ts';
import { PreferenceBook } from '#src/preferences.ts';
import { Privileges } from '#src/privileges.ts';
import { Profiles } from '#src/profiles.ts';
import { type RateLimits, Rates } from '#src/rates.ts';
import { ReadState } from '#src/read-state.ts';
import type { Registry } from '#src/registry/database.ts';
import { reports } from '#src/reports.ts';
import { type ArchiveLimits, Retention } from '#src/retention.ts';
import { RoomList } from '#src/room-list.ts';
import { Roster } from '#src/roster.ts';
import { Router } from '#src/router.ts';
import { Showing } from '#src/showing.ts';
import { Users } from '#src/users.ts';
import { avatar } from '#src/xmpp/avatar.ts';
import { blocking } from '#src/xmpp/blocking.ts';
import { capsElement } from '#src/xmpp/caps.ts';
import { channelSearch } from '#src/xmpp/channel-search.ts';
import { CommandDirectory, commands } from '#src/xmpp/commands.ts';
import { Directory } from '#src/xmpp/describe.ts';
import { disco } from '#src/xmpp/disco.ts';
import { gatewayPrompt } from '#src/xmpp/gateway-prompt.ts';
import type { IqTable } from '#src/xmpp/iq.ts';
import type { Link } from '#src/xmpp/link.ts';
import { mam } from '#src/xmpp/mam.ts';
import { moderation } from '#src/xmpp/moderation.ts';
import { muc } from '#src/xmpp/muc.ts';
import { occupantIds } from '#src/xmpp/occupant-id.ts';
import { type ContactAddresses, type DataPolicy, policyForms } from '#src/xmpp/policy.ts';
import { register } from '#src/xmpp/register.ts';
import { rosterPush } from '#src/xmpp/roster-push.ts';
import { search } from '#src/xmpp/search.ts';
import { time } from '#src/xmpp/time.ts';
import { vcard } from '#src/xmpp/vcard.ts';
import { version } from '#src/xmpp/version.ts';
import * as write from '#src/xmpp/write/message.ts';
import { photo } from '#src/xmpp/write/occupant.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';

export interface FeatureOptions {
  /** Component host. */
  readonly host: string;
  readonly network: Network;
  /** Who may use it: bare JIDs, domains, or `*`. */
  readonly allow: readonly string[];
  /** Whether those may as well who were invited. */
  readonly invites?: boolean;
  /** Bare JIDs of those who run the gateway. */
  readonly admins?: readonly string[];
  /** What the host tells of who runs it and of what becomes of data. */
  readonly contact?: ContactAddresses;
  readonly policy?: DataPolicy;
  /** Stanzas that one user may send. */
  readonly rates?: RateLimits;
  /** How much of what was said is kept, and told again. */
  readonly archive?: ArchiveLimits;
  /** Members up to which a room is shown whole, where the user has not chosen. */
  readonly fullUpTo?: number;
  readonly registry: Registry;
  readonly log: Log;
  readonly send: Send;
  /** Resolves when more may be sent; at once unless too much is pending. */
  readonly drained: () => Promise<void>;
  readonly download: Host['download'];
  /** Where files of the network go; absent where none can be kept on their way. */
  readonly media?: FilePlaces;
  readonly refuse: Refuse;
  /** Asks an XMPP entity something by iq. */
  readonly request: Link['request'];
}

export interface Features {
  readonly access: Access;
  /** Absent where nobody is invited. */
  readonly invites: Invites | undefined;
  readonly blocks: Blocks;
  readonly rates: Rates;
  readonly profiles: Profiles;
  readonly files: Files;
  readonly users: Users;
  readonly privileges: Privileges;
  readonly bookmarks: Bookmarks;
  readonly readState: ReadState;
  readonly occupancy: Occupancy;
  readonly roster: Roster;
  readonly router: Router;
  readonly languages: Languages;
  readonly retention: Retention;
  /** Everything that is asked by iq. */
  readonly table: IqTable;
}

export function buildFeatures({
  host,
  network,
  allow,
  invites: invited = false,
  admins = [],
  contact = {},
  policy = {},
  rates: limits = { perSecond: 50, burst: 500 },
  archive = {},
  fullUpTo = 1_000,
  registry,
  log,
  send,
  drained,
  download,
  media,
  refuse,
  request,
}: FeatureOptions): Features {
  const places = new Places(host, network);
  const preferences = new PreferenceBook(host, registry);
  const languages = new Languages(preferences);
  const invites = invited ? new Invites(host, registry) : undefined;
  const access = new Access({ allow, invites });
  const users = new Users({
    places,
    network,
    registry,
    access,
    preferences,
    log,
    watcher: () => router,
    drained,
    download,
  });
  invites?.follow((user) => users.recheck(user));
  const show = (account: LiveAccount, contact: ContactId) => {
    occupancy.presence(account, contact);
    roster.event(account, contact);
  };
  const profiles = new Profiles({ network, places, users, show, log });
  const occupantId = occupantIds(registry.deriveKey('occupant-id'), host);
  const history = new History({ places, registry, ...archive });
  const showing = new Showing({
    places,
    send,
    occupantId,
    preferences,
    hash: (user, contact) => profiles.hash(user, contact),
    past: (user, room, wants) => history.replay(user, room, wants, registry.archive.last),
    fullUpTo,
    log,
  });
  const occupancy = new Occupancy({ users, places, registry, showing, refuse, log });
  const blocks = new Blocks({
    places,
    users,
    registry,
    show: (account, contact) => roster.event(account, contact),
    report: reports({ places, send, admins }),
    log,
  });
  const files = new Files({ host, places: media, request, log });
  const roomList = new RoomList();
  const roomAvatar = profiles.roomHash.bind(profiles);
  const forms = policyForms({ contact, policy, gateway: network.gateway, days: archive.days ?? 30 });
  const directory = new Directory({ network, places, users, registry, roomList, avatar: roomAvatar, forms });
  const caps = (at: Target, user: string) => capsElement(directory.onRoster(at)) + photo(profiles.hashOf(user, at));
  const privileges = new Privileges({ host, send, request, log });
  const bookmarks = new Bookmarks({ host, privileges, send });
  const readState = new ReadState({ places, privileges, log });
  const messages = new Messages({
    network,
    users,
    places,
    occupancy,
    showing,
    archive: registry.archive,
    preferences,
    privileges,
    files,
    occupantId,
    elsewhere: (user, conversation, id) => readState.elsewhere(user, conversation, id),
    send,
    refuse,
    log,
  });
  const roster = new Roster({
    network,
    users,
    places,
    registry,
    blocks,
    privileges,
    send,
    request,
    drained,
    extras: caps,
    log,
  });
  const signIn = new SignIn({
    ...{ network, places, registry, users, roster, access, blocks, preferences },
    erase: (user) => retention.erase(user),
  });
  const shared = { network, places, registry, users, access, blocks, invites, preferences, roster, occupancy, admins };
  const book = commandBook({
    ...shared,
    signIn,
    bring: (user, room, name, nick) => bookmarks.bring(user, room, name, nick),
    searchRooms: (account, text) => roomList.search(account, text),
    erase: (user, local) => retention.erase(user, local),
  });
  const commandOptions = { places, book, languages };
  const commandDirectory = new CommandDirectory(commandOptions);
  const chat = new CommandChat({
    ...commandOptions,
    say: (to, text) => send(write.chat(host, text), to),
    received: (to, id) => send(write.receipt(host, id), to),
    refuse,
  });
  const router = new Router({
    users,
    places,
    chat,
    languages,
    blocks,
    profiles,
    occupancy,
    messages,
    roster,
    refuse,
    log,
  });
  const retention = new Retention({ host, registry, log, ...archive });
  const table: IqTable = {
    ...disco(
      async (to, from, node) => (await directory.describe(to, from, node)) ?? commandDirectory.describe(to, from, node),
      async (to, from, node, wanted) =>
        (await directory.list(to, from, node, wanted)) ?? commandDirectory.list(to, from, node),
    ),
    ...version,
    ...time,
    ...muc({ network, places, occupancy }),
    ...search({ network, places, users, roomList }),
    ...channelSearch({ places, users, roomList }),
    ...moderation({ places, messages }),
    ...mam({ places, users, registry, preferences, send, drained }),
    ...register({ places, signIn }),
    ...commands(commandOptions),
    ...gatewayPrompt(network, places),
    ...blocking({ places, users, blocks, request }),
    ...vcard(profiles),
    ...rosterPush({
      may: (user) => privileges.may(user, 'roster get'),
      pushed: (user, query) => roster.pushed(user, query),
    }),
    ...avatar(profiles),
  };
  return {
    access,
    invites,
    blocks,
    rates: new Rates(limits),
    profiles,
    files,
    users,
    privileges,
    bookmarks,
    readState,
    occupancy,
    roster,
    router,
    languages,
    retention,
    table,
  };
}
