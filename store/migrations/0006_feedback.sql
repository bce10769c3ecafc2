-- +goose Up
-- What providers report about messages, and what follows: delivery status, suppressed addresses, stops.

alter table messaging.messages
    add column delivery        text not null default '' check (delivery in ('', 'accepted', 'delayed', 'delivered', 'rejected', 'bounced', 'complained')),
    add column delivery_at     timestamptz,              -- when that happened, by the provider's clock
    add column delivery_detail text not null default '', -- what was said; may name the recipient
    add column bounce_class    text not null default '', -- with delivery 'bounced'
    add column settled_by      text not null default '' check (settled_by in ('', 'answer', 'event', 'operator')), -- how it became sent
    add column operator        text not null default '', -- who said that it arrived, or had it sent again
    add column resends         smallint not null default 0, -- how often somebody had it sent again
    add column sender_domain   text not null default ''; -- of the From address, set when it is claimed
update messaging.messages set settled_by = 'answer' where state = 'sent';
-- An unknown message keeps the deadline of its call: from then on it waits for news.
update messaging.messages set call_deadline = updated_at where state = 'unknown';
create index messages_unknown on messaging.messages (org_id, call_deadline, id) where state = 'unknown'; -- the list of unknown messages
create index messages_resend on messaging.messages (id) where state = 'ready' and resends > 0; -- to be sent again: no journey does it
create index messages_provider_id on messaging.messages (provider_id, provider) where provider_id <> ''; -- reports without a sid
create index messages_sent on messaging.messages (sent_at) where sent_at is not null; -- counts what was sent since the last count
-- The ledger by state, newest first. Nearly all messages are sent: they need no index, and would pay for one.
create index messages_list on messaging.messages (org_id, state, id) where state in ('ready', 'failed', 'skipped', 'unknown');

-- Every report once, as it came.
create table messaging.feedback (
    org_id     bigint not null,
    provider   text   not null,
    key        text   not null, -- the provider's name for the report
    message_id bigint not null,
    kind       text   not null,
    at         timestamptz not null, -- by the provider's clock
    raw        jsonb  not null,
    created_at timestamptz not null default now(),
    primary key (org_id, provider, key) -- the same report twice has one effect
);
create index feedback_message on messaging.feedback (org_id, message_id, at); -- what was reported of one message
create index feedback_created on messaging.feedback using brin (created_at) with (autosummarize = on); -- to remove old ones

-- Addresses that get no mail, whoever has them.
create table messaging.suppressions (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    channel    text   not null check (channel in ('email', 'sms')),
    address    text,  -- normalised: lower case, or E.164; null once it was erased
    hash       bytea, -- HMAC-SHA256 of an erased address, so that it stays suppressed without being known
    reason     text   not null check (reason in ('hard_bounce', 'soft_bounces', 'complaint', 'provider_list', 'manual', 'import', 'erased')),
    weight     smallint not null, -- of the reason: the heaviest of several is kept
    stops      text   not null check (stops in ('marketing', 'all')),
    comment    text   not null default '',
    origin     text   not null default '', -- a message's sid, a user, an import
    until      timestamptz, -- null: for ever
    lifted_at  timestamptz, -- somebody took it off the list; older reports don't bring it back
    lifted_by  text   not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (org_id, id),
    check ((address is null) <> (hash is null))
);
create unique index suppressions_address_unique on messaging.suppressions (org_id, channel, address) where address is not null; -- asked by every claim
create unique index suppressions_hash_unique on messaging.suppressions (org_id, channel, hash) where hash is not null;          -- as well
create index suppressions_soft on messaging.suppressions (org_id, channel, address) where reason = 'soft_bounces'; -- asked by every delivery
create index suppressions_list on messaging.suppressions (org_id, created_at, id);
create index suppressions_search on messaging.suppressions using gin (address gin_trgm_ops); -- search as you type

-- What was sent and what came back, by the minute. Rates are sums over few rows.
create table messaging.reputation (
    org_id         bigint not null,
    scope          text   not null check (scope in ('campaign', 'domain')),
    subject        text   not null, -- the campaign's id, or the domain
    minute         timestamptz not null,
    sent           int not null default 0,
    bounces        int not null default 0, -- hard ones
    complaints     int not null default 0,
    sender_faults  int not null default 0,
    message_faults int not null default 0,
    primary key (org_id, scope, subject, minute)
);
create index reputation_faults on messaging.reputation (minute) -- whose rates to look at
    where bounces > 0 or complaints > 0 or sender_faults > 0 or message_faults > 0;

-- How far the count of sent messages has come: one row, locked by who counts.
create table messaging.reputation_counted (
    one       boolean primary key default true check (one),
    until     timestamptz not null
);
insert into messaging.reputation_counted (until) values (now());

-- Warnings about, and stops of, campaigns and sender domains.
create table messaging.stops (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    scope      text   not null check (scope in ('campaign', 'domain')),
    subject    text   not null,
    level      text   not null check (level in ('warning', 'paused')),
    rule       text   not null, -- bounces, complaints, sender_faults, message_faults
    reason     text   not null, -- a sentence
    sent       int    not null, -- the evidence: so many sent in the window …
    faults     int    not null, -- … and so many came back
    created_at timestamptz not null default now(),
    lifted_at  timestamptz,
    lifted_by  text   not null default '',
    unique (org_id, id)
);
create unique index stops_open_unique on messaging.stops (org_id, scope, subject) where lifted_at is null; -- asked by the claims of marketing
create index stops_list on messaging.stops (org_id, id);

-- Why a campaign is paused, if the program did it.
alter table campaign.campaigns add column paused_reason text not null default '';
