-- +goose Up

-- Which user made a campaign, an email or an SMS, so that people find their own. Of older ones nobody knows.
-- No foreign key: only that user looks for the number, and numbers are never given again.
alter table campaign.campaigns add column created_by bigint;
alter table messaging.emails add column created_by bigint;
alter table messaging.sms add column created_by bigint;
