-- Why each rule of a run came out as it did; null unless the request asked for it.
alter table traces add column explain_json text;
