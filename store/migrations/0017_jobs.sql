-- +goose Up

-- Work on many contacts that goes on in the background: bulk changes and exports.
create table crm.jobs (
    id         bigint generated always as identity primary key,
    org_id     bigint not null references identity.organizations (id),
    kind       text   not null check (kind in ('bulk', 'export')),
    title      text   not null check (length(title) between 1 and 500),
    state      text   not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    settings   jsonb  not null, -- which contacts, and what is done with them
    total      bigint not null default 0, -- contacts; known as soon as it runs
    done       bigint not null default 0, -- changed + skipped, or written to the file
    changed    bigint not null default 0,
    skipped    bigint not null default 0,
    batch      int    not null default 0, -- the next one
    cursor     bigint not null default 0, -- last contact of the batch before it
    result     jsonb  not null default '{}', -- why contacts were skipped; the file of an export
    error      text   not null default '',
    undoes     bigint, -- the job whose changes this one takes back
    created_by bigint references identity.users (id) on delete set null,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at   timestamptz,
    unique (org_id, id),
    foreign key (org_id, undoes) references crm.jobs (org_id, id) on delete cascade
);
create index jobs_open on crm.jobs (org_id, id) where state in ('queued', 'running'); -- to resume after a crash, and what runs now
create unique index jobs_undone_once on crm.jobs (org_id, undoes) where undoes is not null and state <> 'failed';
create index jobs_ended on crm.jobs (ended_at) where ended_at is not null; -- the purge

-- The contacts of a job as they were when it began, by the thousand, in the order of their ids.
create table crm.job_batches (
    org_id   bigint   not null,
    job_id   bigint   not null,
    no       int      not null,
    contacts bigint[] not null,
    primary key (org_id, job_id, no),
    foreign key (org_id, job_id) references crm.jobs (org_id, id) on delete cascade
);

-- What a job did to a contact, to undo it. Of those it passed over, the first thousand.
create table crm.job_contacts (
    org_id     bigint not null,
    job_id     bigint not null,
    contact_id bigint not null,
    before     jsonb,           -- what the change replaced; null: nothing that must be known
    skipped    text not null default '', -- why nothing was changed; empty: it was
    primary key (org_id, job_id, contact_id),
    foreign key (org_id, job_id) references crm.jobs (org_id, id) on delete cascade,
    foreign key (org_id, contact_id) references crm.all_contacts (org_id, id) on delete cascade -- with what it knew of them
);
create index job_contacts_contact on crm.job_contacts (org_id, contact_id); -- for the cascade

-- The file of an export, in pieces, until it expires.
create table crm.job_pieces (
    org_id bigint not null,
    job_id bigint not null,
    no     int    not null,
    data   bytea  not null,
    created_at timestamptz not null default now(),
    primary key (org_id, job_id, no),
    foreign key (org_id, job_id) references crm.jobs (org_id, id) on delete cascade
);
create index job_pieces_created on crm.job_pieces (created_at); -- the purge

-- The trash names who deleted a contact.
alter table crm.all_contacts add column deleted_by bigint references identity.users (id) on delete set null;
create index contacts_trash on crm.all_contacts (org_id, deleted_at desc, id desc) where deleted_at is not null; -- the trash, latest first

create or replace view crm.contacts as select * from crm.all_contacts where deleted_at is null;
