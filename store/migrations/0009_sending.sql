-- +goose Up

-- When a message was claimed for its call: caps count by it.
alter table messaging.messages add column claimed_at timestamptz;
-- Caps look for the newest marketing messages of one contact, before each send to it.
create index messages_cap on messaging.messages (org_id, contact_id, claimed_at) where class = 'marketing' and claimed_at is not null;

-- What an organization asks of its marketing: quiet hours and caps.
create table messaging.rules (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    kind       text not null check (kind in ('quiet', 'cap')),
    channel    text not null check (channel in ('', 'email', 'sms', 'push')), -- empty: all of them
    action     text not null check (action in ('defer', 'skip')),
    days       smallint not null default 0, -- quiet: the weekdays on which it begins, bit 0 is Monday
    starts     smallint not null default 0, -- quiet: minutes after midnight by the contact's clock
    ends       smallint not null default 0, -- quiet: not after starts means on the next day
    messages   int  not null default 0,     -- cap: how many
    per        text not null default '',    -- cap: in any day, week or month
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (org_id, id),
    check (kind <> 'quiet' or (days between 1 and 127 and starts between 0 and 1439 and ends between 0 and 1439)),
    check (kind <> 'cap' or (messages between 1 and 1000 and per in ('day', 'week', 'month')))
);

-- The domains of From addresses, with what DNS says about them.
create table messaging.sender_domains (
    id            bigint generated always as identity primary key,
    org_id        bigint not null references identity.organizations (id),
    name          text not null check (name = lower(name) and length(name) between 3 and 253), -- in ASCII
    selector      text not null,             -- of our own DKIM key
    public_key    text not null,             -- as the TXT record has it, base64
    private_key   bytea not null,            -- sealed; leaves the database only to sign
    bounce_domain text not null default '',  -- whose MX takes what comes back; empty: the provider's own
    provider      text not null default '',  -- for whom the records were made at the last check
    records       jsonb not null default '[]', -- what to set in DNS, and what was found there
    dkim_ok       boolean not null default false,
    aligned       boolean not null default false,
    checked_at    timestamptz,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    constraint sender_domains_name_unique unique (org_id, name),
    unique (org_id, id)
);
-- The loop that checks again looks for the ones that it checked longest ago.
create index sender_domains_checked on messaging.sender_domains (checked_at nulls first);
