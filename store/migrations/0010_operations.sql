-- +goose Up

-- Old figures are removed by their age.
create index reputation_minute on messaging.reputation using brin (minute);
