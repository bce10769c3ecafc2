-- +goose Up

-- Whoever moves many contacts into the trash or back counts them at once, and says so by a setting of the
-- transaction: a row in crm.contact_counts for each contact took a fifth of the time.
drop trigger count_deleted on crm.all_contacts;
create trigger count_deleted after update of deleted_at on crm.all_contacts for each row
    when ((old.deleted_at is null) is distinct from (new.deleted_at is null)
        and current_setting('mauntic.contacts_are_counted', true) is distinct from 'on')
    execute function crm.count_deleted_contact();
