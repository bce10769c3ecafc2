-- +goose Up
create schema campaign;

create table campaign.campaigns (
    id             bigint generated always as identity primary key,
    org_id         bigint not null references identity.organizations (id),
    name           text not null check (length(name) between 1 and 191),
    description    text not null default '' check (length(description) <= 2000),
    state          text not null default 'draft' check (state in ('draft', 'active', 'paused', 'archived')),
    draft          jsonb not null,             -- Flow document
    draft_revision int  not null default 1,    -- raised by every change, to notice two people editing
    version        int  not null default 0,    -- newest published version; 0: never published
    reentry        text not null default 'never' check (reentry in ('never', 'after_exit', 'always')),
    is_sample      boolean not null default false,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    unique (org_id, id)
);
create index campaigns_list on campaign.campaigns (org_id, updated_at, id);

-- Published versions never change.
create table campaign.versions (
    org_id       bigint not null,
    campaign_id  bigint not null,
    version      int    not null,
    flow         jsonb  not null,
    published_by bigint references identity.users (id) on delete set null,
    published_at timestamptz not null default now(),
    primary key (org_id, campaign_id, version),
    foreign key (org_id, campaign_id) references campaign.campaigns (org_id, id) on delete cascade
);

-- One contact's pass through one campaign. The row, not Temporal's retention, prevents doubles.
create table campaign.journeys (
    id          bigint generated always as identity,
    org_id      bigint not null references identity.organizations (id),
    campaign_id bigint not null,
    version     int    not null,
    contact_id  bigint not null,
    entry       int    not null default 1, -- 1 for the first pass, 2 for the second, …
    workflow_id text   not null,           -- made once, stored, never rebuilt
    run_id      text   not null default '',
    engine      int    not null,           -- which loop the workflow runs
    state       text   not null check (state in ('pending', 'open', 'ended')),
    source      text   not null,           -- manual, api, form, segment, event, campaign
    reason      text   not null default '',-- why the contact entered, in words
    bulk        boolean not null default false, -- entered with many others: starts with a lower priority
    seq         int    not null default 0, -- how many times Advance has answered
    cursor      text   not null default '',-- step id; empty before the first step
    visit       int    not null default 1, -- how often the cursor has come to this step
    memory      jsonb  not null default '{}', -- what the step at the cursor remembers between wakes
    answer      jsonb,                     -- the last instruction, for an Advance that is repeated
    due         timestamptz,               -- when the workflow must have come back; null: only a signal wakes it
    parked      boolean not null default false, -- waits for its campaign to be resumed
    leased_until timestamptz,              -- somebody is starting or waking it
    outcome     text   not null default '',-- completed, exited, …
    created_at  timestamptz not null default now(),
    started_at  timestamptz,
    ended_at    timestamptz,
    constraint journeys_entry_unique unique (org_id, campaign_id, contact_id, entry),
    primary key (org_id, id),
    foreign key (org_id, campaign_id, version) references campaign.versions (org_id, campaign_id, version),
    foreign key (org_id, contact_id) references crm.contacts (org_id, id) on delete cascade
) with (fillfactor = 70);
create index journeys_pending on campaign.journeys (bulk, id) where state = 'pending'; -- the starter
create index journeys_due on campaign.journeys (due) where state = 'open';             -- the reconciler
create index journeys_parked on campaign.journeys (org_id, campaign_id) where state = 'open' and parked; -- to wake on resume
create index journeys_list on campaign.journeys (org_id, campaign_id, id);
create index journeys_contact on campaign.journeys (org_id, contact_id, id);

-- Events that open journeys wait for. An event is signalled only to those who registered here.
create table campaign.waits (
    org_id     bigint not null,
    journey_id bigint not null,
    step_id    text   not null,
    contact_id bigint not null,
    event_type text   not null,
    message_id bigint, -- only an event about this message
    since      bigint not null, -- only an event with a higher id
    created_at timestamptz not null default now(),
    primary key (org_id, journey_id, event_type),
    foreign key (org_id, journey_id) references campaign.journeys (org_id, id) on delete cascade
);
create index waits_match on campaign.waits (org_id, contact_id, event_type); -- events to journeys

-- What happened to each contact, step by step: the journey page lives from this.
create table campaign.step_log (
    id          bigint generated always as identity primary key,
    org_id      bigint not null,
    journey_id  bigint not null,
    seq         int    not null, -- the Advance that wrote it
    step_id     text   not null,
    kind        text   not null,
    label       text   not null, -- what the step is called, as it was then
    outcome     text   not null, -- what came of it, in words
    branch      text   not null default '',
    message_id  bigint,
    occurred_at timestamptz not null,
    foreign key (org_id, journey_id) references campaign.journeys (org_id, id) on delete cascade
);
create index step_log_journey on campaign.step_log (org_id, journey_id, id);

-- People at each step now, and how many came by. The step '' is the whole campaign: people inside,
-- and people who have finished. Sixteen rows a step, so that concurrent journeys of one campaign
-- rarely wait for each other; readers add them up.
create table campaign.step_counters (
    org_id      bigint not null,
    campaign_id bigint not null,
    step_id     text   not null,
    shard       smallint not null,
    here        int not null default 0,
    passed      int not null default 0,
    primary key (org_id, campaign_id, step_id, shard),
    foreign key (org_id, campaign_id) references campaign.campaigns (org_id, id) on delete cascade
) with (fillfactor = 50);

-- Journeys end in Advance, which counts. Only one that is deleted with its contact does not.
-- +goose StatementBegin
create function campaign.uncount_journey() returns trigger language plpgsql as $$
begin
    insert into campaign.step_counters as c (org_id, campaign_id, step_id, shard, here, passed)
    select old.org_id, old.campaign_id, step, old.id % 16,
        case when old.state = 'ended' then 0 else -1 end, case when old.state = 'ended' then -1 else 0 end
    from (select '' as step union select old.cursor) steps
    on conflict (org_id, campaign_id, step_id, shard)
        do update set here = c.here + excluded.here, passed = c.passed + excluded.passed;
    return null;
end $$;
-- +goose StatementEnd
create trigger uncount after delete on campaign.journeys for each row execute function campaign.uncount_journey();
