-- +goose Up

-- What an import did to contacts goes with them, and with nothing else: imports stay. A foreign key
-- would be checked for every contact that a file makes, and lock its row and the import's each time.
alter table crm.import_contacts
    drop constraint import_contacts_org_id_contact_id_fkey,
    drop constraint import_contacts_org_id_import_id_fkey;

-- +goose StatementBegin
create function crm.forget_imported() returns trigger language plpgsql as $$
begin
    delete from crm.import_contacts t using old_contacts c where t.org_id = c.org_id and t.contact_id = c.id;
    return null;
end $$;
-- +goose StatementEnd

create trigger forget_imported after delete on crm.all_contacts
    referencing old table as old_contacts for each statement execute function crm.forget_imported();

-- As for events and messages: organizations are not removed, and every contact would lock its row.
alter table crm.all_contacts drop constraint contacts_org_id_fkey;
