-- How a run was answered where the answer is not the envelope, and what was dropped from it; null for an envelope.
alter table traces add column answer_notes_json text;
