-- Secrets that definitions name: encrypted before they come here, with a key that is never stored. `sealed` is bound to
-- tenant, name and version, so that it opens in no other row.

create table secrets (
  tenant text not null default 'default',
  name text not null check (length(cast(name as blob)) between 1 and 128),
  version integer not null check (version >= 1),
  key_id text not null,
  sealed text not null,
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key (tenant, name)
) strict;
