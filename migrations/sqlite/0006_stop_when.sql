-- When a rollout is put back by itself, as JSON; null for a version that nobody watches.

alter table workflows add column stop_when_json text;
