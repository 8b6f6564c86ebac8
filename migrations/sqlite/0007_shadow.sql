-- What a run saw of its metadata, for workflows that look at more than their payload; null for others.
alter table traces add column metadata_json text;

-- Whether a draft runs beside the active versions.
alter table workflows add column shadow integer not null default 0;
