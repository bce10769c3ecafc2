-- +goose Up

-- Deleted contacts stay for a while, so that deleting can be undone. Everything reads and writes
-- crm.contacts, a view of those that are not deleted; only undoing and the purge know the rest.
alter table crm.contacts rename to all_contacts;
alter table crm.all_contacts
    add column deleted_at timestamptz,
    add column preferred_channel text check (preferred_channel in ('email', 'sms', 'push')), -- null: no preference
    add column locale text check (length(locale) <= 35); -- BCP 47: de, pt-BR; null: unknown

drop index crm.contacts_email_unique;
create unique index contacts_email_unique on crm.all_contacts (org_id, email_norm) where email_norm is not null and deleted_at is null;
create index contacts_deleted on crm.all_contacts (deleted_at) where deleted_at is not null; -- the purge

create view crm.contacts as select * from crm.all_contacts where deleted_at is null;

-- Custom fields of contacts. Their values are in crm.contacts.fields under the alias.
create table crm.fields (
    id                   bigint generated always as identity primary key,
    org_id               bigint not null references identity.organizations (id),
    alias                text not null check (alias ~ '^[a-z][a-z0-9_]{0,63}$'),
    label                text not null check (length(label) between 1 and 191),
    type                 text not null check (type in ('text', 'textarea', 'html', 'lookup', 'select', 'multiselect', 'boolean',
                             'number', 'date', 'datetime', 'time', 'email', 'tel', 'url', 'country', 'region', 'locale', 'timezone')),
    field_group          text not null default 'core' check (field_group in ('core', 'social', 'personal', 'professional')),
    position             int not null default 0, -- order within the group
    hint                 text not null default '' check (length(hint) <= 500),
    options              jsonb not null default '[]', -- of select, multiselect, lookup: [{"value": "a", "label": "A"}, …]
    settings             jsonb not null default '{}', -- by type: labels of yes and no, decimal places, longest text
    default_value        jsonb, -- in the form of a stored value; null: none
    is_required          boolean not null default false,
    is_unique            boolean not null default false, -- identifies a contact, as the email address does
    is_publicly_updatable boolean not null default false, -- by forms and tracking
    is_indexed           boolean not null default false,
    is_published         boolean not null default true, -- else kept, and shown nowhere
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    constraint fields_alias_unique unique (org_id, alias),
    unique (org_id, id)
);

-- What contacts have already becomes a definition that takes it as it is.
insert into crm.fields (org_id, alias, label, type, position)
select org_id, key, initcap(replace(key, '_', ' ')),
    case when bool_and(kind = 'number') then 'number' when bool_and(kind = 'boolean') then 'boolean'
        when bool_or(length(value) > 191 or value like E'%\n%') then 'textarea' else 'text' end,
    row_number() over (partition by org_id order by key)
from (select c.org_id, f.key, f.value #>> '{}' as value, jsonb_typeof(f.value) as kind from crm.all_contacts c, jsonb_each(c.fields) f) found
group by org_id, key;
-- Mixed values become texts, which the definition promises.
update crm.all_contacts c set fields = (
    select jsonb_object_agg(e.key, case when d.type in ('text', 'textarea') then to_jsonb(e.value #>> '{}') else e.value end)
    from jsonb_each(c.fields) e join crm.fields d on d.org_id = c.org_id and d.alias = e.key)
where c.fields <> '{}' and exists (
    select from jsonb_each(c.fields) e join crm.fields d on d.org_id = c.org_id and d.alias = e.key
    where d.type in ('text', 'textarea') and jsonb_typeof(e.value) <> 'string');

-- Segments: lists of contacts. One without filters is kept by hand.
create table crm.segments (
    id           bigint generated always as identity primary key,
    org_id       bigint not null references identity.organizations (id),
    name         text not null check (length(name) between 1 and 191),
    alias        text not null check (alias ~ '^[a-z0-9][a-z0-9-]{0,63}$'), -- as searches name it
    description  text not null default '' check (length(description) <= 2000),
    is_published boolean not null default true,
    created_by   bigint references identity.users (id) on delete set null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    constraint segments_alias_unique unique (org_id, alias),
    unique (org_id, id)
);

create table crm.segment_contacts (
    org_id     bigint not null,
    segment_id bigint not null,
    contact_id bigint not null,
    origin     text not null default '', -- what put the contact there: a user, an import, the API
    created_at timestamptz not null default now(),
    primary key (org_id, segment_id, contact_id),
    foreign key (org_id, segment_id) references crm.segments (org_id, id) on delete cascade,
    foreign key (org_id, contact_id) references crm.all_contacts (org_id, id) on delete cascade
);
create index segment_contacts_contact on crm.segment_contacts (org_id, contact_id); -- the segments of a contact

-- What a person has chosen for themselves: columns of a list, the look, what is put away.
create table identity.preferences (
    org_id     bigint not null,
    user_id    bigint not null,
    name       text not null check (length(name) between 1 and 100),
    value      jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (org_id, user_id, name),
    foreign key (org_id, user_id) references identity.org_members (org_id, user_id) on delete cascade
);
