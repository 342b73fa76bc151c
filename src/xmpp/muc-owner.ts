/** The settings of a room as a form (XEP-0045 §10.1–10.2, §10.9): those that its network has, and the user's own of it. */

import { Dialogue } from '#src/commands/dialogue.ts';
import { Refusal, type RoomSettings } from '#src/network.ts';
import type { Target } from '#src/place.ts';
import { answersIn, formFields } from './command-form.ts';
import { type Form, type FormField, readFlag, readForm, writeForm } from './forms.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { type MucOptions, roomSeat } from './muc-seat.ts';
import { NS } from './ns.ts';
import { child, tag, type Xml } from './xml.ts';

type Setting = keyof RoomSettings;
type RoomTarget = Extract<Target, { type: 'room' }>;
type Seat = ReturnType<typeof roomSeat>;
/** How one setting stands in the form, and is read from it; nothing is read where it was not filled in. */
interface Question {
  fields(settings: RoomSettings): readonly FormField[];
  read(form: Form): RoomSettings;
}

const NAME = 'muc#roomconfig_';
const TEXT_LENGTH = 1_000;
const LIMITS = ['10', '20', '30', '50', '100', '200', '500'];
const MOST = 1_000_000;

const QUESTIONS: Readonly<Record<Setting, Question>> = {
  name: text('name', 'roomname', 'Name'),
  description: text('description', 'roomdesc', 'Description'),
  password: { fields: passwordFields, read: readPassword },
  membersOnly: flag('membersOnly', 'membersonly', 'Only members and invited people may enter'),
  moderated: flag('moderated', 'moderatedroom', 'Only those with a voice may speak'),
  listed: flag('listed', 'publicroom', 'Shown in lists of rooms', true),
  openTopic: flag('openTopic', 'changesubject', 'Everyone may change the subject'),
  openInvites: flag('openInvites', 'allowinvites', 'Everyone may invite'),
  limit: { fields: limitFields, read: readLimit },
};

export function mucOwner(options: MucOptions): IqTable {
  return {
    [`get ${NS.mucOwner}`]: (request) => form(request, options),
    [`set ${NS.mucOwner}`]: (request) => submit(request, options),
  };
}

async function form(request: IqRequest, options: MucOptions): Promise<Xml> {
  const target = targetOf(request, options);
  // Who is not in the room can set only what is their own.
  const room = options.occupancy.seat(request, target)?.room;
  const ofRoom = room ? questions(options).flatMap((question) => question.fields(room.settings ?? {})) : [];
  const { dialogue, question } = await ownSettings(request, target, options);
  await dialogue.cancel();
  const title = `Settings of ${room?.settings?.name || target.room}`;
  const fields = [...ofRoom, ...formFields(question.fields, request.lang)];
  return tag('query', { xmlns: NS.mucOwner }, writeForm({ kind: 'form', type: NS.mucRoomConfig, title, fields }));
}

function targetOf({ to }: IqRequest, { places }: MucOptions): RoomTarget {
  const target = places.read(to);
  if (target?.type === 'room') return target;
  throw new Refusal('not-found', `${to.bare} is not a room.`);
}

/** What the user can set of the room for themselves, as the command `configure` asks it. */
async function ownSettings({ from }: IqRequest, at: RoomTarget, { configure }: MucOptions) {
  const dialogue = new Dialogue(configure, { user: from, at });
  const step = await dialogue.start();
  const question = 'question' in step ? step.question : { title: configure.title, fields: [] };
  return { dialogue, question };
}

async function submit(request: IqRequest, options: MucOptions): Promise<''> {
  const target = targetOf(request, options);
  if (child(request.payload, 'destroy', NS.mucOwner)) {
    // The room is not ours to destroy (XEP-0045 §10.9): for the user it is over.
    const { account, room } = roomSeat(request, options);
    await options.occupancy.quit(account, room);
    return '';
  }
  const x = child(request.payload, 'x', NS.dataForms);
  if (!x) throw new Refusal('invalid', 'The form with the settings is missing.');
  const filled = readForm(x);
  // XEP-0045 §10.1.3: the room stays as it is.
  if (filled.action === 'cancel') return '';
  const seat = options.occupancy.seat(request, target);
  if (seat) await changeRoom(filled, seat, options);
  const { dialogue, question } = await ownSettings(request, target, options);
  if (!question.fields.some(({ name }) => filled.values.has(name))) {
    await dialogue.cancel();
    // XEP-0045 §10.2: without a seat the form had nothing else.
    if (!seat) roomSeat(request, options);
    return '';
  }
  const step = await dialogue.answer(answersIn(request.payload) ?? {});
  if ('problem' in step && step.problem) throw step.problem;
  return '';
}

async function changeRoom(filled: Form, { account, room }: Seat, options: MucOptions): Promise<void> {
  const settings = changed(filled, room.settings ?? {}, questions(options));
  if (Object.keys(settings).length > 0) await account.send({ type: 'configure', room: room.id, settings });
}

function questions({ network }: MucOptions): readonly Question[] {
  return network.does.includes('configure') ? (network.settings ?? []).map((name) => QUESTIONS[name]) : [];
}

/** Only what the form has otherwise than it is; what is not known is as the form showed it: empty. */
function changed(filled: Form, known: RoomSettings, asked: readonly Question[]): RoomSettings {
  const read: RoomSettings = Object.assign({}, ...asked.map((question) => question.read(filled)));
  const differs = ([name, value]: [string, unknown]) => {
    const shown = known[name as Setting] ?? (name === 'listed' ? true : undefined);
    return value !== shown && (shown !== undefined || Boolean(value));
  };
  return Object.fromEntries(Object.entries(read).filter(differs));
}

function text(setting: 'name' | 'description', field: string, label: string): Question {
  return {
    fields: ({ [setting]: value = '' }) => [{ name: NAME + field, label, type: 'text-single', values: [value] }],
    read(filled) {
      const value = filled.values.get(NAME + field)?.[0];
      if (value !== undefined && value.length > TEXT_LENGTH) {
        throw new Refusal('too-long', `${label}: no more than ${TEXT_LENGTH} characters.`);
      }
      return value === undefined ? {} : { [setting]: value };
    },
  };
}

type Flag = { [Name in Setting]-?: NonNullable<RoomSettings[Name]> extends boolean ? Name : never }[Setting];

function flag(setting: Flag, field: string, label: string, absent = false): Question {
  return {
    fields: ({ [setting]: on = absent }) => [{ name: NAME + field, label, type: 'boolean', values: [on ? '1' : '0'] }],
    read(filled) {
      const value = readFlag(filled.values.get(NAME + field)?.[0]);
      return value === undefined ? {} : { [setting]: value };
    },
  };
}

function passwordFields({ password = '' }: RoomSettings): readonly FormField[] {
  return [
    {
      name: `${NAME}passwordprotectedroom`,
      label: 'A password is needed to enter',
      type: 'boolean',
      values: [password === '' ? '0' : '1'],
    },
    { name: `${NAME}roomsecret`, label: 'Password', type: 'text-private', values: [password] },
  ];
}

function readPassword({ values }: Form): RoomSettings {
  const wanted = readFlag(values.get(`${NAME}passwordprotectedroom`)?.[0]);
  const password = values.get(`${NAME}roomsecret`)?.[0];
  if (wanted === false) return { password: '' };
  if (wanted && password === '') throw new Refusal('invalid', 'Fill in the password that shall be needed.');
  if ((password?.length ?? 0) > TEXT_LENGTH) throw new Refusal('too-long', 'Choose a shorter password.');
  return password ? { password } : {};
}

function limitFields({ limit = 0 }: RoomSettings): readonly FormField[] {
  const value = limit === 0 ? 'none' : String(limit);
  const numbers = LIMITS.includes(value) || value === 'none' ? LIMITS : [value, ...LIMITS];
  const options = [...numbers.map((number) => ({ value: number })), { value: 'none', label: 'No limit' }];
  return [{ name: `${NAME}maxusers`, label: 'Most people at once', type: 'list-single', values: [value], options }];
}

function readLimit({ values }: Form): RoomSettings {
  const value = values.get(`${NAME}maxusers`)?.[0];
  if (value === undefined) return {};
  // XEP-0045 §10.2: the field's own word for no limit is `none`; some clients leave it empty.
  if (value === 'none' || value === '') return { limit: 0 };
  const limit = Number(value);
  if (Number.isSafeInteger(limit) && limit > 0 && limit <= MOST) return { limit };
  throw new Refusal('invalid', `Most people at once: a number from 1 to ${MOST}, or none.`);
}
