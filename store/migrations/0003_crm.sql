-- +goose Up
create extension if not exists pg_trgm;
create schema crm;

create table crm.contacts (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    firstname  text check (length(firstname) <= 191),
    lastname   text check (length(lastname) <= 191),
    email      text check (length(email) <= 320),
    phone      text check (length(phone) <= 64),
    company    text check (length(company) <= 191),
    position   text check (length(position) <= 191),
    points     int  not null default 0,
    stage      text check (length(stage) <= 191),
    owner_id   bigint references identity.users (id) on delete set null,
    time_zone  text, -- IANA name; null: the organization's
    fields     jsonb not null default '{}', -- custom fields by alias
    email_norm text generated always as (lower(email)) stored,
    phone_e164 text, -- written by the program; null when the number can't be understood
    is_sample  boolean not null default false, -- loaded by the demo, removable
    search     text not null generated always as (
        lower(coalesce(firstname, '') || ' ' || coalesce(lastname, '') || ' ' || coalesce(email, '') || ' ' || coalesce(company, '') || ' ' || coalesce(phone, ''))) stored,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (org_id, id) -- target of foreign keys that carry the organization
);
-- The email address identifies a contact within its organization.
create unique index contacts_email_unique on crm.contacts (org_id, email_norm) where email_norm is not null;
create index contacts_phone on crm.contacts (org_id, phone_e164) where phone_e164 is not null;
create index contacts_created on crm.contacts (org_id, created_at, id);         -- the list, newest first
create index contacts_search on crm.contacts using gin (search gin_trgm_ops);   -- search as you type

create table crm.tags (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    name       text not null check (length(name) between 1 and 100),
    name_norm  text not null generated always as (lower(name)) stored,
    created_at timestamptz not null default now(),
    constraint tags_name_unique unique (org_id, name_norm),
    unique (org_id, id)
);

create table crm.contact_tags (
    org_id     bigint not null,
    contact_id bigint not null,
    tag_id     bigint not null,
    created_at timestamptz not null default now(),
    primary key (org_id, contact_id, tag_id),
    foreign key (org_id, contact_id) references crm.contacts (org_id, id) on delete cascade,
    foreign key (org_id, tag_id) references crm.tags (org_id, id) on delete cascade
);
create index contact_tags_tag on crm.contact_tags (org_id, tag_id); -- contacts that carry a tag

create table crm.do_not_contact (
    org_id     bigint not null,
    contact_id bigint not null,
    channel    text not null check (channel in ('email', 'sms', 'push')),
    reason     text not null check (reason in ('unsubscribed', 'bounced', 'manual')),
    comment    text not null default '',
    origin     text not null default '', -- what did it: a message's sid, a user, an import
    created_at timestamptz not null default now(),
    primary key (org_id, contact_id, channel),
    foreign key (org_id, contact_id) references crm.contacts (org_id, id) on delete cascade
);

-- The only activity store: timelines, behaviour filters and decisions read it.
create table crm.events (
    id          bigint generated always as identity primary key,
    org_id      bigint not null,
    contact_id  bigint not null,
    type        text not null check (length(type) between 1 and 100), -- 'email.opened', 'contact.created', custom types
    message_id  bigint, -- the message it is about, for opens, clicks and sends
    campaign_id bigint,
    data        jsonb not null default '{}',
    key         text, -- the caller's key: a second event with it is the first one again
    occurred_at timestamptz not null,
    created_at  timestamptz not null default now(),
    foreign key (org_id, contact_id) references crm.contacts (org_id, id) on delete cascade
);
create index events_timeline on crm.events (org_id, contact_id, id);
create index events_message on crm.events (org_id, message_id, type, id) where message_id is not null; -- "was it opened?"
create unique index events_key_unique on crm.events (org_id, key) where key is not null;
create index events_created on crm.events using brin (created_at) with (autosummarize = on); -- the reconciler's look at the last minutes

create table crm.imports (
    id           bigint generated always as identity primary key,
    org_id       bigint not null references identity.organizations (id),
    file_name    text not null,
    state        text not null check (state in ('mapping', 'queued', 'running', 'done', 'failed', 'cancelled')),
    columns      jsonb not null default '[]', -- [{"header": "Email", "field": "email"}, …]; field "" is ignored
    settings     jsonb not null default '{}', -- delimiter, encoding, tags to add
    bytes        bigint not null default 0,
    bytes_done   bigint not null default 0,   -- where the next batch starts, in the stored UTF-8 text
    next_row     bigint not null default 2,   -- its row, as a spreadsheet shows it
    rows_done    bigint not null default 0,   -- created + updated + rejected
    created      bigint not null default 0,
    updated      bigint not null default 0,
    rejected     bigint not null default 0,
    error        text not null default '',
    created_by   bigint references identity.users (id) on delete set null,
    created_at   timestamptz not null default now(),
    started_at   timestamptz,
    ended_at     timestamptz,
    unique (org_id, id)
);

create index imports_open on crm.imports (id) where state in ('queued', 'running'); -- to resume after a crash

-- The uploaded file, in pieces, so that any worker can read it and an upload is whole or absent.
create table crm.import_chunks (
    org_id    bigint not null,
    import_id bigint not null,
    no        int    not null,
    data      bytea  not null,
    primary key (org_id, import_id, no),
    foreign key (org_id, import_id) references crm.imports (org_id, id) on delete cascade
);
-- Batches read slices of a piece: uncompressed, only the slice is fetched.
alter table crm.import_chunks alter column data set storage external;

create table crm.import_rejects (
    org_id    bigint not null,
    import_id bigint not null,
    row_no    bigint not null, -- line in the file as a spreadsheet shows it: the header is 1
    reason    text   not null,
    raw       jsonb  not null, -- the cells of the row, cut to a sane length
    primary key (org_id, import_id, row_no),
    foreign key (org_id, import_id) references crm.imports (org_id, id) on delete cascade
);
