-- The loop of a workflow, as JSON; null for a workflow whose tasks run once.

alter table workflows add column loop_json text;

drop trigger trg_workflows_active_immutable;

-- A rollout may change while a version is active; what it does may not.
create trigger trg_workflows_active_immutable before update on workflows
when old.status = 'active' and new.status = 'active' and (
  old.tenant is not new.tenant
  or old.workflow_id is not new.workflow_id
  or old.version is not new.version
  or old.name is not new.name
  or old.description is not new.description
  or old.priority is not new.priority
  or old.condition_json is not new.condition_json
  or old.tasks_json is not new.tasks_json
  or old.tags is not new.tags
  or old.continue_on_error is not new.continue_on_error
  or old.loop_json is not new.loop_json
)
begin
  select raise(abort, 'Cannot modify content of active workflows');
end;
