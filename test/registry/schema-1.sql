-- A database of schema 1, frozen: sealed with the tests' key and never edited.

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
  asked integer not null default 0 check (asked in (0, 1)),
  primary key (host, user, local)
) strict, without rowid;
insert into contacts (host, user, local, sees, seen, asked)
values ('irc.example.com', 'romeo@example.org', 'nurse%irc.libera.chat', 1, 0, 1);

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

pragma application_id = 1232303208;
pragma user_version = 1;
