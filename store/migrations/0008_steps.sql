-- +goose Up

-- Calls of webhooks, one for each time that a journey comes to such a step.
create table campaign.calls (
    id            bigint generated always as identity,
    org_id        bigint not null,
    journey_id    bigint not null,
    step_id       text   not null,
    visit         int    not null,
    key           text   not null, -- the Idempotency-Key of all its attempts
    state         text   not null default 'ready' check (state in ('ready', 'succeeded', 'failed')),
    attempts      int    not null default 0,
    status        int    not null default 0, -- of the last answer; 0: there was none
    reason        text   not null default '',-- a sentence for marketers: what came of it
    answer        jsonb,                     -- what was answered, if it is JSON and not too large
    first_at      timestamptz,               -- the first attempt; the time for trying runs from here
    call_deadline timestamptz,               -- an attempt may be under way until then
    created_at    timestamptz not null default now(),
    ended_at      timestamptz,
    constraint calls_visit_unique unique (org_id, journey_id, step_id, visit),
    primary key (org_id, id),
    foreign key (org_id, journey_id) references campaign.journeys (org_id, id) on delete cascade
);

-- From these and the installation's own key the secrets follow that sign the calls.
create table campaign.webhook_secrets (
    org_id     bigint primary key references identity.organizations (id) on delete cascade,
    nonce      bytea not null,
    previous   bytea,               -- signs, too, for a day after the change
    changed_at timestamptz not null default now()
);

-- Messages to people of the organization itself.
alter table messaging.messages drop constraint messages_class_check;
alter table messaging.messages add constraint messages_class_check
    check (class in ('marketing', 'transactional', 'test', 'internal'));

-- What such a message says. It goes with the contact that it is about.
create table messaging.notes (
    org_id     bigint not null,
    message_id bigint not null,
    contact_id bigint not null,
    subject    text   not null,
    text       text   not null,
    primary key (org_id, message_id),
    foreign key (org_id, message_id) references messaging.messages (org_id, id) on delete cascade,
    foreign key (org_id, contact_id) references crm.contacts (org_id, id) on delete cascade
);
create index notes_contact on messaging.notes (org_id, contact_id); -- for the cascade
