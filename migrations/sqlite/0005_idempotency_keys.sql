-- Idempotency keys whose requests are answered, until their window is over. Keys are hashes, so an index on them is
-- written to at a random page per request, which costs several times what the trace beside it does (measured: 25-45 us
-- a row; appended: 3). Rows are therefore appended, and found through an index in the memory of the server, which reads them when it
-- starts; only what that has no room for gets a `lookup`, and with it a place in the index on the disk.
create table idempotency_keys (
  tenant text not null default 'default',
  -- Counts up, so that rows are appended.
  seq integer not null,
  channel_id text not null,
  -- SHA-256, hex.
  key text not null,
  -- Leading bits of the key; null where the index in memory knows the row.
  lookup integer,
  -- SHA-256 of the request, hex; null where an answer is not given again, as is all of the answer.
  fingerprint text,
  status integer,
  content_type text,
  -- `[[name, value], ...]`.
  headers_json text,
  body text,
  workflow_version integer,
  -- Milliseconds since the Unix epoch.
  expires_at integer not null,
  primary key (tenant, seq)
) strict, without rowid;

create index idx_idempotency_keys_expires_at on idempotency_keys (tenant, expires_at);
create index idx_idempotency_keys_lookup on idempotency_keys (lookup) where lookup is not null;
