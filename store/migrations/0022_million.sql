-- +goose Up

-- How people expect names to be ordered: whatever the case, accents beside their letters. A server
-- without ICU orders by bytes.
-- +goose StatementBegin
do $$
begin
    create collation crm.names (provider = icu, locale = 'und');
exception when others then
    create collation crm.names from "C";
end $$;
-- +goose StatementEnd

-- The list of contacts in each order that it offers, either way round: pages are found without
-- reading a contact that is not on them. Without deleted ones, as the view is.
drop index crm.contacts_created;
create index contacts_live on crm.all_contacts (org_id, id) where deleted_at is null;
create index contacts_created on crm.all_contacts (org_id, created_at, id) where deleted_at is null;
create index contacts_updated on crm.all_contacts (org_id, updated_at, id) where deleted_at is null;
create index contacts_points on crm.all_contacts (org_id, points, id) where deleted_at is null;
create index contacts_lastname on crm.all_contacts (org_id, lastname collate crm.names, firstname collate crm.names, id) where deleted_at is null;
create index contacts_firstname on crm.all_contacts (org_id, firstname collate crm.names, lastname collate crm.names, id) where deleted_at is null;
create index contacts_company on crm.all_contacts (org_id, company collate crm.names, id) where deleted_at is null;
create index contacts_email on crm.all_contacts (org_id, email_norm, id) where deleted_at is null;
create index contacts_sample on crm.all_contacts (org_id, id) where is_sample; -- to remove the demo

-- Samples of more contacts, so that the planner knows a common word from a rare one.
alter table crm.all_contacts alter column search set statistics 1000;

-- Contacts that carry a tag, without looking at the table.
drop index crm.contact_tags_tag;
create index contact_tags_tag on crm.contact_tags (org_id, tag_id, contact_id);

-- The few messages that somebody looks for among very many.
create index messages_unsent on messaging.messages (org_id, state, id) where state in ('failed', 'skipped', 'unknown');
create index messages_returned on messaging.messages (org_id, delivery, id) where delivery in ('rejected', 'bounced', 'complained');

-- How many contacts an organization has: the sum of its rows. Every change adds one, so nobody waits
-- for anybody, and a transaction sees exactly what it sees of the contacts. Now and then whoever adds
-- one makes one row of many; rows that somebody else is at are left alone.
create table crm.contact_counts (
    id     bigint generated always as identity primary key,
    org_id bigint not null,
    n      bigint not null
);
create index contact_counts_org on crm.contact_counts (org_id) include (n);

insert into crm.contact_counts (org_id, n) select org_id, count(*) from crm.all_contacts where deleted_at is null group by org_id;

-- +goose StatementBegin
create function crm.add_to_contact_count(org bigint, change bigint) returns void language plpgsql as $$
begin
    insert into crm.contact_counts (org_id, n) values (org, change);
    if random() < 0.02 then
        with old as (
            select id from crm.contact_counts where org_id = org order by id limit 1000 for update skip locked
        ), gone as (
            delete from crm.contact_counts c using old where c.id = old.id returning c.n
        )
        insert into crm.contact_counts (org_id, n) select org, sum(n) from gone having count(*) > 0;
    end if;
end $$;

create function crm.count_contacts() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform crm.add_to_contact_count(org_id, count(*)) from new_contacts where deleted_at is null group by org_id;
    else
        perform crm.add_to_contact_count(org_id, -count(*)) from old_contacts where deleted_at is null group by org_id;
    end if;
    return null;
end $$;

create function crm.count_deleted_contact() returns trigger language plpgsql as $$
begin
    perform crm.add_to_contact_count(new.org_id, case when new.deleted_at is null then 1 else -1 end);
    return null;
end $$;
-- +goose StatementEnd

create trigger count_inserted after insert on crm.all_contacts
    referencing new table as new_contacts for each statement execute function crm.count_contacts();
create trigger count_removed after delete on crm.all_contacts
    referencing old table as old_contacts for each statement execute function crm.count_contacts();
-- Not by statement: that would keep two copies of every contact that anything changes.
create trigger count_deleted after update of deleted_at on crm.all_contacts for each row
    when ((old.deleted_at is null) is distinct from (new.deleted_at is null)) execute function crm.count_deleted_contact();
