-- +goose Up

-- An import can be tried first (checking, which leads back to mapping) and undone afterwards.
alter table crm.imports
    drop constraint imports_state_check,
    add constraint imports_state_check check (state in ('mapping', 'checking', 'queued', 'running', 'done', 'failed', 'cancelled', 'undoing', 'undone')),
    add column unchanged bigint not null default 0, -- rows that changed nothing; rows_done counts them too
    add column problems  jsonb not null default '[]', -- why rows were rejected, by sentence, with counts and examples
    add column trial     jsonb, -- what a dry run has found; null: none, or the mapping has changed since
    add column undo      jsonb, -- how far the undoing is, and what it could not undo
    add column headers   text;  -- digest of the column names, by which a mapping is remembered
drop index crm.imports_open;
create index imports_open on crm.imports (id) where state in ('checking', 'queued', 'running', 'undoing'); -- to resume after a crash
create index imports_headers on crm.imports (org_id, headers, id desc) where headers is not null; -- last time's mapping

-- Until now a contact that was there counted as updated, changed or not.
comment on column crm.imports.updated is 'rows that changed a contact; before unchanged existed, also those that changed nothing';

-- What an import did to a contact: for its page, for searches by import, and for undoing it.
create table crm.import_contacts (
    org_id     bigint not null,
    import_id  bigint not null,
    contact_id bigint not null,
    created    boolean not null,
    at         timestamptz not null, -- updated_at of the contact as the import left it
    before     jsonb, -- of a contact that was there: the fields that the import changed, as they were
    after      jsonb, -- and as it left them
    tags       bigint[], -- tags that it gave
    primary key (org_id, import_id, contact_id),
    foreign key (org_id, import_id) references crm.imports (org_id, id) on delete cascade,
    foreign key (org_id, contact_id) references crm.all_contacts (org_id, id) on delete cascade
);
create index import_contacts_old on crm.import_contacts (at) where before is not null; -- values that are kept for undoing only
create index import_contacts_contact on crm.import_contacts (org_id, contact_id); -- the imports of a contact; deleting contacts for good

-- What a dry run has seen so far, so that a contact that the file names twice is created once. It is
-- emptied when the run ends.
create table crm.import_trial_contacts (
    org_id    bigint not null,
    import_id bigint not null,
    key       text   not null, -- what identifies the contact: email:anna@example.com
    state     jsonb,           -- the contact as the file would leave it; null: nobody has the key any more
    primary key (org_id, import_id, key),
    foreign key (org_id, import_id) references crm.imports (org_id, id) on delete cascade
);
