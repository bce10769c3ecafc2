-- +goose Up

-- How many contacts carry a tag, or are in a segment, deleted ones among them: the sum of its rows, as
-- crm.contact_counts does it. Every statement adds what it changed, so nobody waits for anybody; now and
-- then whoever adds makes one row of many.
create table crm.group_sizes (
    id       bigint generated always as identity primary key,
    org_id   bigint not null,
    kind     text   not null check (kind in ('tag', 'segment')),
    group_id bigint not null,
    n        bigint not null
);
create index group_sizes_group on crm.group_sizes (org_id, kind, group_id) include (n);

insert into crm.group_sizes (org_id, kind, group_id, n) select org_id, 'tag', tag_id, count(*) from crm.contact_tags group by org_id, tag_id;
insert into crm.group_sizes (org_id, kind, group_id, n) select org_id, 'segment', segment_id, count(*) from crm.segment_contacts group by org_id, segment_id;

-- +goose StatementBegin
create function crm.join_group_sizes(changed text) returns void language plpgsql as $$
begin
    if random() < 0.02 then
        with old as (
            select id from crm.group_sizes where kind = changed order by id limit 1000 for update skip locked
        ), gone as (
            delete from crm.group_sizes s using old where s.id = old.id returning s.org_id, s.group_id, s.n
        )
        insert into crm.group_sizes (org_id, kind, group_id, n)
            select org_id, changed, group_id, sum(n) from gone group by org_id, group_id having sum(n) <> 0;
    end if;
end $$;

create function crm.count_tagged() returns trigger language plpgsql as $$
begin
    insert into crm.group_sizes (org_id, kind, group_id, n)
        select org_id, 'tag', tag_id, case tg_op when 'INSERT' then count(*) else -count(*) end from changed group by org_id, tag_id;
    perform crm.join_group_sizes('tag');
    return null;
end $$;

create function crm.count_segmented() returns trigger language plpgsql as $$
begin
    insert into crm.group_sizes (org_id, kind, group_id, n)
        select org_id, 'segment', segment_id, case tg_op when 'INSERT' then count(*) else -count(*) end from changed group by org_id, segment_id;
    perform crm.join_group_sizes('segment');
    return null;
end $$;
-- +goose StatementEnd

create trigger count_inserted after insert on crm.contact_tags
    referencing new table as changed for each statement execute function crm.count_tagged();
create trigger count_removed after delete on crm.contact_tags
    referencing old table as changed for each statement execute function crm.count_tagged();
create trigger count_inserted after insert on crm.segment_contacts
    referencing new table as changed for each statement execute function crm.count_segmented();
create trigger count_removed after delete on crm.segment_contacts
    referencing old table as changed for each statement execute function crm.count_segmented();

-- Somebody who looks at everything and changes nothing.
alter table identity.org_members drop constraint org_members_role_check,
    add constraint org_members_role_check check (role in ('viewer', 'user', 'admin', 'superadmin'));
alter table identity.api_keys drop constraint api_keys_role_check,
    add constraint api_keys_role_check check (role in ('viewer', 'user', 'admin', 'superadmin'));
alter table identity.invitations drop constraint invitations_role_check,
    add constraint invitations_role_check check (role in ('viewer', 'user', 'admin', 'superadmin'));

-- Merging tags, and changing fields, of very many contacts goes on in the background, too.
alter table crm.jobs drop constraint jobs_kind_check,
    add constraint jobs_kind_check check (kind in ('bulk', 'export', 'merge', 'field'));
