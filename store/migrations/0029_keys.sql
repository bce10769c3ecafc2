-- +goose Up

-- Foreign keys are checked, and what they name is locked, row by row. Where very many rows come at once that
-- is a tenth of an import, so these two are kept by statements.

-- An event goes with its contact. Whoever writes one has made the contact in the same transaction, or
-- keeps it from being deleted by a lock.
alter table crm.events drop constraint events_org_id_contact_id_fkey;

-- +goose StatementBegin
create function crm.forget_events() returns trigger language plpgsql as $$
begin
    delete from crm.events e using old_contacts c where e.org_id = c.org_id and e.contact_id = c.id;
    return null;
end $$;
-- +goose StatementEnd

create trigger forget_events after delete on crm.all_contacts
    referencing old table as old_contacts for each statement execute function crm.forget_events();

-- Contacts are given few different tags by many rows: each tag is looked for, and kept, once.
alter table crm.contact_tags drop constraint contact_tags_org_id_tag_id_fkey;

-- +goose StatementBegin
create or replace function crm.count_tagged() returns trigger language plpgsql as $$
declare
    changed_tags bigint;
    known_tags   bigint;
begin
    insert into crm.group_sizes (org_id, kind, group_id, n)
        select org_id, 'tag', tag_id, case tg_op when 'INSERT' then count(*) else -count(*) end from changed group by org_id, tag_id;
    get diagnostics changed_tags = row_count;
    if tg_op = 'INSERT' then
        perform from crm.all_tags t where (t.org_id, t.id) in (select c.org_id, c.tag_id from changed c)
            order by t.id for key share;
        get diagnostics known_tags = row_count;
        if known_tags < changed_tags then
            raise foreign_key_violation using message = 'a contact can''t carry a tag that is not there';
        end if;
    end if;
    perform crm.join_group_sizes('tag');
    return null;
end $$;

create function crm.forget_tag() returns trigger language plpgsql as $$
begin
    delete from crm.contact_tags ct using old_tags t where ct.org_id = t.org_id and ct.tag_id = t.id;
    return null;
end $$;
-- +goose StatementEnd

create trigger forget_tag after delete on crm.all_tags
    referencing old table as old_tags for each statement execute function crm.forget_tag();
