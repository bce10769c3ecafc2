-- +goose Up
create schema messaging;

-- What marketers write.
create table messaging.emails (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    name       text not null check (length(name) between 1 and 191),
    from_name  text not null default '', -- empty: the organization's
    from_email text not null default '',
    reply_to   text not null default '',
    subject    text not null default '',
    preheader  text not null default '',
    html       text not null default '',
    text       text not null default '', -- empty: made from the HTML
    revision   int  not null default 1,  -- raised by every change, to notice two people editing
    is_sample  boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (org_id, id)
);
create index emails_list on messaging.emails (org_id, updated_at, id);

-- The ledger: one row for every message ever decided.
create table messaging.messages (
    id            bigint generated always as identity,
    org_id        bigint not null, -- no foreign key: every insert would lock the organization's row
    sid           text   not null,  -- public random id; tags the message at the provider
    key           text   not null,  -- what was decided: journey/step/visit, broadcast/contact, or the caller's key
    channel       text   not null check (channel in ('email', 'sms', 'push')),
    class         text   not null check (class in ('marketing', 'transactional', 'test')),
    state         text   not null check (state in ('ready', 'leased', 'calling', 'sent', 'failed', 'skipped', 'unknown')),
    contact_id    bigint,           -- null for test messages and erased contacts
    email_id      bigint,
    campaign_id   bigint,
    journey_id    bigint,
    step_id       text,
    address       text   not null default '', -- where it went, set when it is claimed
    reason        text   not null default '', -- a sentence for marketers: why skipped, failed, unknown or deferred
    provider      text   not null default '',
    provider_id   text   not null default '',
    attempts      int    not null default 0,
    not_before    timestamptz, -- deferred until
    call_deadline timestamptz, -- a call may exist until then
    created_at    timestamptz not null default now(),
    sent_at       timestamptz,
    updated_at    timestamptz not null default now(),
    constraint messages_key_unique unique (org_id, key),
    constraint messages_sid_unique unique (sid),
    primary key (org_id, id),
    foreign key (org_id, contact_id) references crm.contacts (org_id, id) on delete set null (contact_id),
    foreign key (org_id, email_id) references messaging.emails (org_id, id)
) with (fillfactor = 80);
create index messages_contact on messaging.messages (org_id, contact_id, id) where contact_id is not null;
create index messages_email on messaging.messages (org_id, email_id, id) where email_id is not null;
create index messages_calling on messaging.messages (call_deadline) where state = 'calling'; -- the sweep for orphans

-- Targets of click links. A token names the message and the key; the target is never in the URL.
create table messaging.links (
    org_id     bigint not null references identity.organizations (id),
    key        bytea  not null check (length(key) = 8), -- first 8 bytes of SHA-256 of the url
    url        text   not null check (length(url) <= 8192),
    created_at timestamptz not null default now(),
    primary key (org_id, key)
);

-- Mails captured by the "inbox" provider, shown at /app/inbox.
create table messaging.inbox (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    sid        text not null,
    sender     text not null,
    recipient  text not null,
    subject    text not null,
    raw        bytea not null, -- the whole MIME message
    created_at timestamptz not null default now(),
    constraint inbox_sid_unique unique (org_id, sid) -- a repeated call captures nothing twice
);
create index inbox_list on messaging.inbox (org_id, id);
