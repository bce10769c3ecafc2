-- +goose Up

-- Contacts may be put back before their turn, because others get their values.
alter table crm.import_contacts add column ahead boolean not null default false;
