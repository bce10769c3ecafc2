package messaging

import (
	"math/rand/v2"
	"testing"
	"time"
)

func at(t *testing.T, zone, local string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := time.ParseInLocation("2006-01-02 15:04", local, location)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func quiet(days Days, starts, ends Clock) RuleInput {
	return RuleInput{Kind: RuleQuiet, Action: ActionDefer, Days: days, Starts: starts, Ends: ends}
}

func TestQuietHoursEndWhenTheySay(t *testing.T) {
	t.Parallel()
	night := quiet(EveryDay, 21*60, 8*60)
	for name, test := range map[string]struct {
		rules          []RuleInput
		zone, now, end string
	}{
		"in the evening":                 {[]RuleInput{night}, "Europe/Berlin", "2026-11-25 22:30", "2026-11-26 08:00"},
		"after midnight":                 {[]RuleInput{night}, "Europe/Berlin", "2026-11-25 03:00", "2026-11-25 08:00"},
		"at the first minute":            {[]RuleInput{night}, "Europe/Berlin", "2026-11-25 21:00", "2026-11-26 08:00"},
		"at the last":                    {[]RuleInput{night}, "Europe/Berlin", "2026-11-25 08:00", "2026-11-25 08:00"},
		"at noon":                        {[]RuleInput{night}, "Europe/Berlin", "2026-11-25 12:00", "2026-11-25 12:00"},
		"across the spring change":       {[]RuleInput{night}, "Europe/Berlin", "2026-03-28 23:00", "2026-03-29 08:00"},
		"across the autumn change":       {[]RuleInput{night}, "Europe/Berlin", "2026-10-24 23:00", "2026-10-25 08:00"},
		"Friday night, then the weekend": {[]RuleInput{night, quiet(DaysOf(time.Saturday, time.Sunday), 0, 0)}, "America/New_York", "2026-11-27 22:00", "2026-11-30 08:00"},
		"an end that the clock leaves out": {
			[]RuleInput{quiet(EveryDay, 21*60, 2*60+30)}, "Europe/Berlin", "2026-03-29 01:30", "2026-03-29 03:00",
		},
		"a night that begins on weekdays only": {[]RuleInput{quiet(weekdays, 21*60, 8*60)}, "Europe/Berlin", "2026-11-29 02:00", "2026-11-29 02:00"},
		"Friday's night on Saturday":           {[]RuleInput{quiet(weekdays, 21*60, 8*60)}, "Europe/Berlin", "2026-11-28 02:00", "2026-11-28 08:00"},
	} {
		now, want := at(t, test.zone, test.now), at(t, test.zone, test.end)
		if got := quietUntil(test.rules, now, now.Location()); !got.Equal(want) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// The zones change their clocks in every way there is: by an hour, by half an hour, at midnight,
// by a whole day, never.
var oddZones = []string{
	"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Kathmandu",
	"Pacific/Apia", "Atlantic/Azores", "America/Sao_Paulo", "UTC",
}

func TestNothingGoesOutInQuietHoursWhateverTheClocksDo(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 9))
	for range 3000 {
		zone, err := time.LoadLocation(oddZones[random.IntN(len(oddZones))])
		if err != nil {
			t.Fatal(err)
		}
		var rules []RuleInput
		for range 1 + random.IntN(3) {
			rules = append(rules, quiet(Days(1+random.IntN(int(EveryDay))), Clock(random.IntN(dayMinutes)), Clock(random.IntN(dayMinutes))))
		}
		if quietAlways(rules) {
			continue
		}
		now := changeNear(random, zone)
		end := quietUntil(rules, now, zone)
		if _, left := quietNow(rules, end.In(zone)); left != 0 || end.Before(now) {
			t.Fatalf("%v in %s: %s is held until %s, which is no good", rules, zone, now.In(zone), end.In(zone))
		}
		for moment := now; moment.Before(end); moment = moment.Add(5 * time.Minute) {
			if _, left := quietNow(rules, moment.In(zone)); left == 0 {
				t.Fatalf("%v in %s: %s is held until %s, though %s would do", rules, zone, now.In(zone), end.In(zone), moment.In(zone))
			}
		}
	}
}

// changeNear returns a moment within two days of a change of the clocks, if the zone has any.
func changeNear(random *rand.Rand, zone *time.Location) time.Time {
	moment := time.Unix(1_200_000_000+random.Int64N(600_000_000), 0)
	if _, change := moment.In(zone).ZoneBounds(); !change.IsZero() {
		moment = change
	}
	return moment.Add(time.Duration(random.IntN(4*24*3600)-2*24*3600) * time.Second)
}

func TestRulesThatLeaveNoTimeAreRefused(t *testing.T) {
	t.Parallel()
	day, night := quiet(EveryDay, 8*60, 21*60), quiet(EveryDay, 20*60, 9*60)
	if err := fits([]Rule{{ID: 1, RuleInput: day}}, night, 0); err == nil {
		t.Error("there is no time left to send")
	}
	if err := fits([]Rule{{ID: 1, RuleInput: day}}, night, 1); err != nil {
		t.Errorf("the other rule is replaced: %v", err)
	}
	sms := night
	sms.Channel = ChannelSMS
	email := day
	email.Channel = ChannelEmail
	if err := fits([]Rule{{ID: 1, RuleInput: email}}, sms, 0); err != nil {
		t.Errorf("the rules are for different channels: %v", err)
	}
}

func TestMessagesThatWaitedTogetherDoNotGoOutTogether(t *testing.T) {
	t.Parallel()
	now := at(t, "Europe/Berlin", "2026-11-25 22:30")
	end := at(t, "Europe/Berlin", "2026-11-26 08:00")
	seen := map[time.Time]bool{}
	for range 200 {
		m := Message{Sid: newSid()}
		verdict := judgeQuiet([]RuleInput{quiet(EveryDay, 21*60, 8*60)}, m, now, now.Location())
		if !verdict.Hold || verdict.Until.Before(end) || !verdict.Until.Before(end.Add(spread)) || verdict.Reason.English() != "Held until 08:00 Berlin time: quiet hours." {
			t.Fatalf("%+v", verdict)
		}
		if again := judgeQuiet([]RuleInput{quiet(EveryDay, 21*60, 8*60)}, m, now, now.Location()); again != verdict {
			t.Fatalf("the same message is put off until %s and %s", verdict.Until, again.Until)
		}
		seen[verdict.Until] = true
	}
	if len(seen) < 100 {
		t.Errorf("200 messages go out at %d moments", len(seen))
	}
	short := []RuleInput{quiet(EveryDay, 21*60, 8*60), quiet(EveryDay, 8*60+1, 20*60)}
	for range 200 {
		verdict := judgeQuiet(short, Message{Sid: newSid()}, now, now.Location())
		if _, left := quietNow(short, verdict.Until); left > 0 {
			t.Fatalf("put off into other quiet hours: %s", verdict.Until)
		}
	}
}

func TestRulesReadAsSentences(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]RuleInput{
		"Between 21:00 and 08:00 of the next day, marketing messages wait until it is over.":                    quiet(EveryDay, 21*60, 8*60),
		"Between 12:00 and 13:30, Monday to Friday, marketing SMS are not sent at all.":                         {Kind: RuleQuiet, Channel: ChannelSMS, Action: ActionSkip, Days: weekdays, Starts: 12 * 60, Ends: 13*60 + 30},
		"All day, Sunday, marketing messages wait until it is over.":                                            quiet(DaysOf(time.Sunday), 0, 0),
		"A contact gets at most 1 marketing email in any 24 hours. Further ones wait until it is their turn.":   {Kind: RuleCap, Channel: ChannelEmail, Action: ActionDefer, Messages: 1, Per: PerDay},
		"A contact gets at most 3 marketing messages in any 7 days. Further ones are not sent.":                 {Kind: RuleCap, Action: ActionSkip, Messages: 3, Per: PerWeek},
		"A contact gets at most 1 marketing SMS in any 30 days. Further ones wait until it is their turn.":      {Kind: RuleCap, Channel: ChannelSMS, Action: ActionDefer, Messages: 1, Per: PerMonth},
		"Between 01:00 and 02:00, Monday, Wednesday and Sunday, marketing push messages wait until it is over.": {Kind: RuleQuiet, Channel: ChannelPush, Action: ActionDefer, Days: DaysOf(time.Monday, time.Sunday, time.Wednesday), Starts: 60, Ends: 120},
	} {
		if got := in.Summary().String(); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

func TestHeldMessagesSayWhenInWords(t *testing.T) {
	t.Parallel()
	now := at(t, "Europe/Berlin", "2026-11-25 22:30")
	for until, want := range map[string]string{
		"2026-11-25 23:10": "Held until 23:10 Berlin time",
		"2026-11-26 08:00": "Held until 08:00 Berlin time",
		"2026-11-26 22:00": "Held until Thursday 22:00 Berlin time",
		"2026-11-30 08:00": "Held until Monday 08:00 Berlin time",
		"2026-12-24 08:00": "Held until 24 December 08:00 Berlin time",
	} {
		if got := "Held until " + clockAt(at(t, "Europe/Berlin", until), now, now.Location()).String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	far := at(t, "America/Argentina/Buenos_Aires", "2026-11-26 08:00")
	if got := clockAt(far, now, far.Location()).String(); got != "08:00 Buenos Aires time" {
		t.Error(got)
	}
	if got := clockAt(far, now, time.UTC).String(); got != "11:00 UTC" {
		t.Error(got)
	}
}
