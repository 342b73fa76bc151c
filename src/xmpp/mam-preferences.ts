/** Which messages are archived at all (XEP-0441 0.2.0): the preference `history`, for the host and by conversation. */

import { escapeLocal, parseJid } from '#src/address.ts';
import { Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Users } from '#src/users.ts';
import type { IqRequest } from '#src/xmpp/iq.ts';
import { NS } from '#src/xmpp/ns.ts';
import { attr, child, type Element, escapeXml, tag, type Xml } from '#src/xmpp/xml.ts';

export interface ArchivePreferencesOptions {
  readonly places: Places;
  readonly users: Pick<Users, 'check'>;
  readonly registry: Pick<Registry, 'preferences'>;
  readonly preferences: Pick<PreferenceBook, 'load' | 'of' | 'set' | 'unset'>;
}

/** Addresses in both lists together. */
const LISTED = 200;

/** XEP-0441 §2.1. */
export async function archivePreferences(request: IqRequest, options: ArchivePreferencesOptions): Promise<Xml> {
  checkHost(request, options);
  const { places, preferences } = options;
  const user = request.from.bare;
  await preferences.load(user);
  const usual = preferences.of(user).history;
  const others = (await exceptions(user, options)).filter((local) => preferences.of(user, local).history !== usual);
  const jids = others.map((local) => tag('jid', {}, escapeXml(`${local}@${places.host}`)));
  return tag(
    'prefs',
    { xmlns: NS.mam, default: usual ? 'always' : 'never' },
    tag('always', {}, ...(usual ? [] : jids)),
    tag('never', {}, ...(usual ? jids : [])),
  );
}

/** Answers with what then holds: `roster` is taken for `always`, and addresses of other hosts are left out. */
export async function setArchivePreferences(request: IqRequest, options: ArchivePreferencesOptions): Promise<Xml> {
  checkHost(request, options);
  const { places, preferences } = options;
  const user = request.from.bare;
  const usual = readDefault(request.payload);
  const wanted = new Map<string, boolean>();
  for (const local of readLocals(request.payload, 'always', places)) wanted.set(local, true);
  for (const local of readLocals(request.payload, 'never', places)) wanted.set(local, false);
  if (wanted.size > LISTED) throw new Refusal('too-long', `No more than ${LISTED} addresses in the lists.`);
  await preferences.set(user, 'history', String(usual));
  for (const local of await exceptions(user, options)) {
    if ((wanted.get(local) ?? usual) === usual) await preferences.unset(user, 'history', local);
  }
  for (const [local, history] of wanted) {
    if (history !== usual) await preferences.set(user, 'history', String(history), local);
  }
  return archivePreferences(request, options);
}

function checkHost({ from, to }: IqRequest, { places, users }: ArchivePreferencesOptions): void {
  users.check(from);
  if (to.full !== places.host) throw new Refusal('unsupported', `Ask ${places.host} for these preferences.`);
}

/** Conversations for which the user has said something. */
async function exceptions(user: string, { registry, places }: ArchivePreferencesOptions): Promise<readonly string[]> {
  const stored = await registry.preferences.list(user, places.host);
  return stored.filter(({ name, local }) => name === 'history' && local !== '').map(({ local }) => local);
}

function readDefault(prefs: Element): boolean {
  const usual = attr(prefs, 'default');
  if (usual === 'always' || usual === 'roster') return true;
  if (usual === 'never') return false;
  throw new Refusal('invalid', 'The default has to be always, never or roster.');
}

/** Local parts of the rooms and contacts in a list. */
function readLocals(prefs: Element, name: string, places: Places): readonly string[] {
  const jids = child(prefs, name, NS.mam)?.getChildren('jid', NS.mam) ?? [];
  return jids.flatMap((jid) => {
    const address = parseJid(jid.getText().trim());
    const target = places.find(address);
    const id = target?.type === 'room' ? target.room : target?.type === 'contact' ? target.contact : undefined;
    const local = id === undefined ? undefined : escapeLocal(id);
    return local === undefined ? [] : [local];
  });
}
