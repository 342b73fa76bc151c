-- A database of schema 2, frozen: sealed with the tests' key and never edited once it is released.

create table key_check (
  id integer not null primary key check (id = 1),
  sealed blob not null
) strict;
insert into key_check (id, sealed)
values (1, x'01336b4ea0666922f0e2472afb4f656c245f7b0e25185e10069654ea7a');

create table accounts (
  host text not null,
  user text not null,
  account text not null,
  label text not null default '',
  settings blob not null,
  guest integer not null default 0 check (guest in (0, 1)),
  created integer not null default 0,
  primary key (host, user, account)
) strict, without rowid;
insert into accounts (host, user, account, label, settings, guest, created)
values ('irc.example.com', 'romeo@example.org', 'irc.libera.chat', 'Libera', x'017b9c9df5de88d6d4f7f3ee0b69ef3774a7f05089af752eb0c62ac5e917e7c74cb3630314a3c69fabafdb3720d365e1d5b7a3b211c85b9831b1ffc3e9c047cb7a0dcea16316aa', 0, 1700000000000);

create table contacts (
  host text not null,
  user text not null,
  local text not null,
  sees integer not null default 0 check (sees in (0, 1)),
  seen integer not null default 0 check (seen in (0, 1)),
  asked integer not null default 0 check (asked in (0, 1)), offered integer not null default 0 check (offered in (0, 1)),
  primary key (host, user, local)
) strict, without rowid;
insert into contacts (host, user, local, sees, seen, asked, offered)
values ('irc.example.com', 'romeo@example.org', 'nurse%irc.libera.chat', 1, 0, 1, 0);

create table occupants (
  host text not null,
  user text not null,
  room text not null,
  resource text not null,
  account text not null,
  nick text not null,
  password blob,
  primary key (host, user, room, resource)
) strict, without rowid;
insert into occupants (host, user, room, resource, account, nick, password)
values ('irc.example.com', 'romeo@example.org', '#balcony%irc.libera.chat', 'orchard', 'irc.libera.chat', 'montague', x'01d4c6fa18b341fc17fbe7811dff8ec0cee7f60165b6a5962b776a92dfd60811933265d11731ff48');

create table archive (
  seq integer not null primary key,
  host text not null,
  user text not null,
  local text not null,
  id text not null,
  message text not null,
  at integer not null,
  received integer not null,
  kind text not null check (kind in ('chat', 'groupchat')),
  sender text not null,
  author text not null,
  text text not null,
  xml text not null
) strict;
CREATE UNIQUE INDEX archive_by_id on archive (host, user, id);
CREATE INDEX archive_by_message on archive (host, user, local, message) where message <> id;
CREATE INDEX archive_by_time on archive (host, user, local, received, seq);
CREATE INDEX archive_of_chats on archive (host, user, received, seq) where kind = 'chat';
insert into archive (seq, host, user, local, id, message, at, received, kind, sender, author, text, xml)
values (7, 'irc.example.com', 'romeo@example.org', '#balcony%irc.libera.chat', 'a', 'm', 1700000000000, 1700000001000, 'groupchat', '#balcony%irc.libera.chat@irc.example.com/Juliet', 'juliet%irc.libera.chat', 'Ay me!', '<body>Ay me!</body>');

create table archive_ids (
  host text not null,
  user text not null,
  local text not null,
  id text not null,
  seq integer not null references archive (seq) on delete cascade,
  place integer not null,
  primary key (host, user, local, id)
) strict, without rowid;
CREATE INDEX archive_ids_by_seq on archive_ids (seq, place);
insert into archive_ids (host, user, local, id, seq, place)
values ('irc.example.com', 'romeo@example.org', '#balcony%irc.libera.chat', 'n', 7, 0);

create table preferences (
  host text not null,
  user text not null,
  local text not null,
  name text not null,
  value text not null,
  primary key (host, user, local, name)
) strict, without rowid;
insert into preferences (host, user, local, name, value)
values ('irc.example.com', 'romeo@example.org', '', 'retentionDays', '7');

create table blocks (
  host text not null,
  user text not null,
  local text not null,
  primary key (host, user, local)
) strict, without rowid;
insert into blocks (host, user, local)
values ('irc.example.com', 'romeo@example.org', 'tybalt%irc.libera.chat');

create table invites (
  host text not null,
  token text not null,
  creator text not null,
  expires integer not null,
  user text,
  primary key (host, token)
) strict, without rowid;

create table media (
  id text not null primary key,
  host text not null,
  user text not null,
  name text not null,
  type text not null,
  size integer not null,
  expires integer not null
) strict, without rowid;
CREATE INDEX media_by_end on media (expires);
CREATE INDEX media_by_user on media (user, size);

pragma application_id = 1232303208;
pragma user_version = 2;
