-- +goose Up

-- Deleting a tag or a segment can be undone, as deleting contacts can: the table keeps it, the view
-- that everybody reads and writes does not show it, and the purge removes it for good.
alter table crm.tags rename to all_tags;
alter table crm.all_tags
    add column description text not null default '' check (length(description) <= 500),
    add column deleted_at timestamptz,
    drop constraint tags_name_unique;
create unique index tags_name_unique on crm.all_tags (org_id, name_norm) where deleted_at is null;
create view crm.tags as select * from crm.all_tags where deleted_at is null;

alter table crm.segments rename to all_segments;
alter table crm.all_segments
    add column deleted_at timestamptz,
    drop constraint segments_alias_unique;
create unique index segments_alias_unique on crm.all_segments (org_id, alias) where deleted_at is null;
create view crm.segments as select * from crm.all_segments where deleted_at is null;

-- What colleagues write down about a contact.
create table crm.notes (
    id          bigint generated always as identity primary key,
    org_id      bigint not null,
    contact_id  bigint not null,
    type        text not null check (type in ('general', 'email', 'call', 'meeting')),
    text        text not null check (length(text) between 1 and 10000),
    happened_at timestamptz not null,
    author_id   bigint references identity.users (id) on delete set null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    deleted_at  timestamptz, -- undoing a deletion empties it
    unique (org_id, id),
    foreign key (org_id, contact_id) references crm.all_contacts (org_id, id) on delete cascade
);
create index notes_contact on crm.notes (org_id, contact_id, happened_at desc, id desc); -- a contact's notes, newest first
create index notes_deleted on crm.notes (deleted_at) where deleted_at is not null;       -- the purge

-- Files about a contact, in pieces as uploads of imports are.
create table crm.attachments (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    contact_id bigint not null,
    name       text   not null check (length(name) between 1 and 255),
    media_type text   not null, -- as the content shows it, not as the sender calls it
    bytes      bigint not null check (bytes >= 0),
    sha256     bytea  not null,
    added_by   bigint references identity.users (id) on delete set null,
    created_at timestamptz not null default now(),
    deleted_at timestamptz, -- undoing a deletion empties it
    unique (org_id, id),
    foreign key (org_id, contact_id) references crm.all_contacts (org_id, id) on delete cascade
);
create index attachments_contact on crm.attachments (org_id, contact_id, id) include (bytes) where deleted_at is null; -- a contact's files, and what they take
create index attachments_deleted on crm.attachments (deleted_at) where deleted_at is not null; -- the purge

create table crm.attachment_pieces (
    org_id        bigint not null,
    attachment_id bigint not null,
    no            int    not null,
    data          bytea  not null,
    primary key (org_id, attachment_id, no),
    foreign key (org_id, attachment_id) references crm.attachments (org_id, id) on delete cascade
);
-- Most of the files are compressed already.
alter table crm.attachment_pieces alter column data set storage external;

-- What contacts agreed to and took back. Rows are only ever added; they go with their contact.
create table crm.consents (
    id          bigint generated always as identity primary key,
    org_id      bigint not null,
    contact_id  bigint not null,
    purpose     text not null check (length(purpose) between 1 and 100), -- a channel, or what they agreed to: 'profiling'
    state       text not null check (state in ('granted', 'withdrawn')),
    source      text not null check (source in ('form', 'import', 'api', 'person', 'link', 'reply', 'provider', 'campaign')),
    detail      text not null default '' check (length(detail) <= 500),    -- which form, import or message; why
    wording     text not null default '' check (length(wording) <= 10000), -- the exact text that was shown
    ip          inet,   -- of who agreed, when it is known
    user_id     bigint, -- who entered it. No foreign key: the log keeps what was, even of users who left
    happened_at timestamptz not null,
    created_at  timestamptz not null default now(),
    foreign key (org_id, contact_id) references crm.all_contacts (org_id, id) on delete cascade
);
create index consents_contact on crm.consents (org_id, contact_id, id);

-- +goose StatementBegin
create function crm.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of %.% are never changed', tg_table_schema, tg_table_name;
end $$;
-- +goose StatementEnd
create trigger consents_stay before update on crm.consents for each row execute function crm.refuse_change();
