-- +goose Up

-- The latest activity of an organization, whoever did it.
create index events_latest on crm.events (org_id, id);

-- How often things happened, by the hour: figures over months are sums of few rows. A loop adds what is
-- new; what it has not come to yet is counted where it is asked for.
create table crm.event_hours (
    org_id bigint not null,
    type   text not null,
    hour   timestamptz not null, -- when it happened
    n      bigint not null,
    primary key (org_id, type, hour)
);

-- How far the count has come, by the time at which events were written: one row, locked by who counts.
create table crm.events_counted (
    until timestamptz not null
);

insert into crm.event_hours (org_id, type, hour, n)
select org_id, type, date_trunc('hour', occurred_at), count(*) from crm.events
where type in ('contact.created', 'email.sent', 'email.opened', 'email.clicked', 'sms.sent') and data ->> 'machine' is distinct from 'true'
group by 1, 2, 3;
insert into crm.events_counted values (now());

-- "Was a test sent?" finds nothing quickly, too.
create index messages_test on messaging.messages (org_id) where class = 'test';
