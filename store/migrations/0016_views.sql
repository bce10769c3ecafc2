-- +goose Up

-- Ways to look at a list that people keep: what is searched for, in which order, with which columns.
create table crm.views (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    list       text not null check (list in ('contacts')), -- the list that it is of
    name       text not null check (length(name) between 1 and 100),
    search     text not null default '' check (length(search) <= 500),
    order_by   text not null default '' check (length(order_by) <= 50), -- empty: the list's own order
    order_dir  text not null default '' check (order_dir in ('', 'asc', 'desc')),
    columns    text[] not null default '{}', -- empty: those that whoever looks has chosen
    owner_id   bigint, -- null: made by a program, and shared
    is_shared  boolean not null default false, -- colleagues see it
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz, -- undoing a deletion empties it
    check (owner_id is not null or is_shared),
    unique (org_id, id),
    foreign key (org_id, owner_id) references identity.org_members (org_id, user_id) on delete cascade
);
create unique index views_name_unique on crm.views (org_id, list, owner_id, lower(name)) nulls not distinct where deleted_at is null; -- and the views of a list
create index views_deleted on crm.views (deleted_at) where deleted_at is not null; -- the purge

-- What searches ask for: owner:anna, is:mine; stage:lead; is:anonymous.
create index contacts_owner on crm.all_contacts (org_id, owner_id) where owner_id is not null;
create index contacts_stage on crm.all_contacts (org_id, lower(stage)) where stage is not null;
create index contacts_anonymous on crm.all_contacts (org_id, id) where email is null and phone is null and firstname is null and lastname is null;
