-- +goose Up
-- What marketers write for phones.
create table messaging.sms (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    name       text not null check (length(name) between 1 and 191),
    body       text not null default '',
    valid_minutes int not null default 0 check (valid_minutes between 0 and 600), -- how long it may be tried; 0: as long as the provider likes
    revision   int  not null default 1, -- raised by every change, to notice two people editing
    is_sample  boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (org_id, id)
);
create index sms_list on messaging.sms (org_id, updated_at, id);

alter table messaging.messages
    add column sms_id bigint,
    add foreign key (org_id, sms_id) references messaging.sms (org_id, id);
create index messages_sms on messaging.messages (org_id, sms_id, id) where sms_id is not null;
create index messages_phone on messaging.messages (address, id) where channel = 'sms'; -- which message an answer is about

-- Links in SMS are short: a token of 72 bits that nobody can guess stands for message and target.
create table messaging.short_links (
    token      bytea  primary key check (length(token) = 9),
    org_id     bigint not null,
    message_id bigint not null,
    key        bytea  not null, -- of messaging.links
    foreign key (org_id, message_id) references messaging.messages (org_id, id) on delete cascade
);
create index short_links_message on messaging.short_links (org_id, message_id); -- deleting messages

-- SMS captured by the "inbox" provider and the answers that people type there, shown at /app/inbox/sms.
create table messaging.sms_inbox (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    sid        text    not null, -- of the message; random for an answer
    number     text    not null, -- whose phone it is
    body       text    not null,
    incoming   boolean not null default false, -- an answer
    created_at timestamptz not null default now(),
    constraint sms_inbox_sid_unique unique (org_id, sid) -- a repeated call captures nothing twice
);
create index sms_inbox_number on messaging.sms_inbox (org_id, number, id);
