package sns

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Topic is the name of an SNS topic: arn:aws:sns:eu-central-1:123456789012:ses-events.
type Topic struct {
	ARN    string
	Region string
	china  bool
}

var topicARN = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]{3,20}):[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$`)

// ParseTopic reads the name of a topic.
func ParseTopic(arn string) (Topic, error) {
	found := topicARN.FindStringSubmatch(arn)
	if found == nil {
		return Topic{}, fmt.Errorf("%q is not the name of an SNS topic, such as arn:aws:sns:eu-central-1:123456789012:ses-events", arn)
	}
	return Topic{ARN: arn, Region: found[2], china: found[1] == "aws-cn"}, nil
}

// ParseTopics reads the names of several topics.
func ParseTopics(arns []string) ([]Topic, error) {
	var topics []Topic
	for _, arn := range arns {
		topic, err := ParseTopic(strings.TrimSpace(arn))
		if err != nil {
			return nil, err
		}
		topics = append(topics, topic)
	}
	return topics, nil
}

var (
	signerHost = regexp.MustCompile(`^sns\.([a-z0-9-]{3,20})\.amazonaws\.com(\.cn)?$`)
	signerPath = regexp.MustCompile(`^/SimpleNotificationService-[0-9a-f]+\.pem$`)
)

// signs says whether SNS, where the topic lives, keeps its certificates at an address. Elsewhere
// below amazonaws.com everybody may keep files.
func (t Topic) signs(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.RawPath != "" {
		return false
	}
	host := signerHost.FindStringSubmatch(u.Host)
	return len(host) > 2 && host[1] == t.Region && (host[2] != "") == t.china && signerPath.MatchString(u.Path)
}

// find returns the topic of a name.
func find(topics []Topic, arn string) (Topic, bool) {
	at := slices.IndexFunc(topics, func(t Topic) bool { return t.ARN == arn })
	if at < 0 {
		return Topic{}, false
	}
	return topics[at], true
}
