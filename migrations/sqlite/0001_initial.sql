-- Definitions, audit, traces and dead letters. Time stamps are RFC 3339 text, UTC, milliseconds, `Z`, given by the caller.

create table workflows (
  tenant text not null default 'default',
  workflow_id text not null,
  version integer not null check (version >= 1),
  name text not null check (length(cast(name as blob)) between 1 and 255),
  description text,
  priority integer not null default 0,
  status text not null default 'draft' check (status in ('draft', 'active', 'archived')),
  rollout_percentage integer not null default 100 check (rollout_percentage between 0 and 100),
  condition_json text not null default 'true',
  tasks_json text not null default '[]',
  tags text not null default '[]',
  continue_on_error integer not null default 0 check (continue_on_error in (0, 1)),
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key (tenant, workflow_id, version)
) strict;

create unique index idx_workflows_single_draft on workflows (tenant, workflow_id) where status = 'draft';
create index idx_workflows_active on workflows (tenant, priority desc, workflow_id) where status = 'active';

create view current_workflows as
select w.* from workflows w
where w.version = (
  select max(v.version) from workflows v where v.tenant = w.tenant and v.workflow_id = w.workflow_id
);

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
)
begin
  select raise(abort, 'Cannot modify content of active workflows');
end;

create table channels (
  tenant text not null default 'default',
  channel_id text not null,
  version integer not null check (version >= 1),
  name text not null check (length(cast(name as blob)) between 1 and 255),
  description text,
  channel_type text not null,
  protocol text not null,
  methods text,
  route_pattern text,
  topic text,
  consumer_group text,
  transport_config_json text not null default '{}',
  workflow_id text,
  config_json text not null default '{}',
  tags text not null default '[]',
  status text not null default 'draft' check (status in ('draft', 'active', 'archived')),
  priority integer not null default 0,
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key (tenant, channel_id, version)
) strict;

create unique index idx_channels_single_draft on channels (tenant, channel_id) where status = 'draft';
create index idx_channels_active on channels (tenant, priority desc, channel_id) where status = 'active';

create view current_channels as
select c.* from channels c
where c.version = (
  select max(v.version) from channels v where v.tenant = c.tenant and v.channel_id = c.channel_id
);

create trigger trg_channels_active_immutable before update on channels
when old.status = 'active' and new.status = 'active' and (
  old.tenant is not new.tenant
  or old.channel_id is not new.channel_id
  or old.version is not new.version
  or old.name is not new.name
  or old.description is not new.description
  or old.channel_type is not new.channel_type
  or old.protocol is not new.protocol
  or old.methods is not new.methods
  or old.route_pattern is not new.route_pattern
  or old.topic is not new.topic
  or old.consumer_group is not new.consumer_group
  or old.workflow_id is not new.workflow_id
  or old.config_json is not new.config_json
  or old.tags is not new.tags
)
begin
  select raise(abort, 'Cannot modify content of active channels');
end;

create table connectors (
  tenant text not null default 'default',
  id text not null,
  name text not null check (length(cast(name as blob)) between 1 and 255),
  connector_type text not null,
  config_json text not null default '{}',
  enabled integer not null default 1 check (enabled in (0, 1)),
  tags text not null default '[]',
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key (tenant, id)
) strict;

create unique index idx_connectors_name on connectors (tenant, name);

-- One row per request, so every index is paid per request. Ids are UUID v7 and grow with time: the primary key is
-- appended to and gives the order by created_at. An index on (tenant, channel) doubles the cost of an insert, since each
-- group of rows then touches a page per channel; filters other than `failed` walk the primary key instead. The one
-- partial index costs a completed run nothing.
create table traces (
  tenant text not null default 'default',
  id text not null,
  channel text not null default 'default',
  channel_id text,
  mode text not null default 'sync',
  status text not null default 'pending',
  workflow_version integer,
  input_json text,
  result_json text,
  error_message text,
  duration_ms real,
  started_at text,
  completed_at text,
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  task_trace_json text,
  primary key (tenant, id)
) strict;

create index idx_traces_failed on traces (tenant, id) where status = 'failed';

create table trace_dlq (
  tenant text not null default 'default',
  id text not null,
  trace_id text not null,
  channel text not null,
  payload_json text not null,
  metadata_json text not null default '{}',
  error_message text not null,
  retry_count integer not null default 0,
  max_retries integer not null default 5,
  next_retry_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key (tenant, id)
) strict;

create index idx_trace_dlq_next_retry on trace_dlq (tenant, next_retry_at) where retry_count < max_retries;

create table audit_logs (
  tenant text not null default 'default',
  id text not null,
  principal text not null,
  action text not null,
  resource_type text not null,
  resource_id text not null,
  details text,
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key (tenant, id)
) strict;

create index idx_audit_logs_created_at on audit_logs (tenant, created_at);
