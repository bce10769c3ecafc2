//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"testing"
	"time"
)

// client calls the API as a program does: with a key.
type client struct {
	t    *testing.T
	base string
	key  string
}

// signIn makes an API key the way a person would: signs in with the password, asks for a key.
func signIn(t *testing.T, p *program) *client {
	t.Helper()
	return signInAt(t, p.base)
}

func signInAt(t *testing.T, base string) *client {
	t.Helper()
	browser := signedIn(t, base)
	var key struct {
		Key string `json:"key"`
	}
	answer := post(t, browser, base+"/api/identity/api-keys", map[string]string{"name": "End-to-end test", "role": "admin"})
	if err := json.Unmarshal(answer, &key); err != nil || key.Key == "" {
		t.Fatalf("There is no API key in %s", answer)
	}
	return &client{t: t, base: base, key: key.Key}
}

// signedIn is a browser in which the owner is signed in.
func signedIn(t *testing.T, base string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	post(t, browser, base+"/api/auth/login", map[string]string{"email": ownerEmail, "password": ownerPassword})
	return browser
}

func post(t *testing.T, c *http.Client, url string, body any) []byte {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.Post(url, "application/json", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		t.Fatalf("POST %s: %s %s %v", url, response.Status, answer, err)
	}
	return answer
}

// do calls the API and fails the test unless it answers with success.
func do[T any](c *client, method, path string, body any) T {
	c.t.Helper()
	var result T
	status, answer := c.try(method, path, body)
	if status >= http.StatusBadRequest {
		c.t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	if len(answer) > 0 {
		if err := json.Unmarshal(answer, &result); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
	return result
}

// try calls the API and returns what it answers.
func (c *client) try(method, path string, body any) (status int, answer []byte) {
	c.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.send(method, path, "application/json", bytes.NewReader(data))
}

// upload posts a file as a form does.
func (c *client) upload(path, name string, file []byte) (status int, answer []byte) {
	c.t.Helper()
	form := new(bytes.Buffer)
	writer := multipart.NewWriter(form)
	part, err := writer.CreateFormFile("file", name)
	if err != nil {
		c.t.Fatal(err)
	}
	_, _ = part.Write(file) // into memory
	_ = writer.Close()
	return c.send(http.MethodPost, path, writer.FormDataContentType(), form)
}

func (c *client) send(method, path, contentType string, body io.Reader) (status int, answer []byte) {
	c.t.Helper()
	request, err := http.NewRequest(method, c.base+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.key)
	if method != http.MethodGet {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return response.StatusCode, answer
}

// The shapes of answers, as far as the tests look at them.
type (
	page[T any] struct {
		Items []T `json:"items"`
		Total int `json:"total"`
	}
	record struct {
		ID int64 `json:"id"`
	}
	contact struct {
		ID        int64    `json:"id"`
		Firstname *string  `json:"firstname"`
		Lastname  *string  `json:"lastname"`
		Company   *string  `json:"company"`
		Email     *string  `json:"email"`
		Stage     *string  `json:"stage"`
		Tags      []string `json:"tags"`
	}
	importStatus struct {
		ID       int64  `json:"id"`
		State    string `json:"state"`
		RowsDone int    `json:"rows"`
		Created  int    `json:"created"`
		Updated  int    `json:"updated"`
		Rejected int    `json:"rejected"`
		Error    string `json:"failure"`
	}
	journey struct {
		ID      int64  `json:"id"`
		Contact int64  `json:"contact"`
		State   string `json:"state"`
		Steps   []struct {
			Step    string `json:"step"`
			Branch  string `json:"branch"`
			Outcome string `json:"outcome"`
		} `json:"steps"`
	}
	step struct {
		ID       string         `json:"id"`
		Kind     string         `json:"kind"`
		Name     string         `json:"name,omitempty"`
		Settings map[string]any `json:"settings"`
		Branches []branch       `json:"branches,omitempty"`
	}
	branch struct {
		ID    string `json:"id"`
		Steps []step `json:"steps"`
	}
)

func (c contact) email() string { return text(c.Email) }

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// importCSV uploads a file, starts it with guessed columns and waits until it is done.
func (c *client) importCSV(name string, file []byte) importStatus {
	c.t.Helper()
	status, answer := c.upload("/api/crm/imports?start=true", name, file)
	var begun importStatus
	if err := json.Unmarshal(answer, &begun); err != nil || status >= http.StatusBadRequest {
		c.t.Fatalf("import %s: %d %s", name, status, answer)
	}
	var now importStatus
	eventually(c.t, time.Minute, "the import is done", func() error {
		now = do[importStatus](c, http.MethodGet, fmt.Sprintf("/api/crm/imports/%d", begun.ID), nil)
		switch now.State {
		case "done":
			return nil
		case "failed", "cancelled":
			c.t.Fatalf("The import is %s: %s", now.State, now.Error)
		}
		return fmt.Errorf("it is %s at row %d", now.State, now.RowsDone)
	})
	return now
}

// createEmail makes an email and returns its id.
func (c *client) createEmail(name, subject, html string) int64 {
	c.t.Helper()
	body := map[string]string{"name": name, "subject": subject, "html": html, "fromName": "Acme", "fromEmail": "hello@acme.example"}
	return do[record](c, http.MethodPost, "/api/messaging/emails", body).ID
}

// publish makes a campaign and publishes it.
func (c *client) publish(name string, steps []step) int64 {
	c.t.Helper()
	body := map[string]any{"name": name, "flow": map[string]any{"root": steps}}
	id := do[record](c, http.MethodPost, "/api/campaign/campaigns", body).ID
	do[any](c, http.MethodPost, fmt.Sprintf("/api/campaign/campaigns/%d/publish", id), map[string]any{})
	return id
}

// addToCampaign puts contacts into a campaign and returns how many came in.
func (c *client) addToCampaign(id int64, body map[string]any) int {
	c.t.Helper()
	added := do[struct {
		Added int `json:"added"`
	}](c, http.MethodPost, fmt.Sprintf("/api/campaign/campaigns/%d/contacts", id), body)
	return added.Added
}

// allContacts returns every contact by email address.
func (c *client) allContacts() map[string]contact {
	c.t.Helper()
	all := map[string]contact{}
	for n := 1; ; n++ {
		items := do[page[contact]](c, http.MethodGet, fmt.Sprintf("/api/crm/contacts?limit=100&page=%d", n), nil).Items
		for _, one := range items {
			all[one.email()] = one
		}
		if len(items) < 100 {
			return all
		}
	}
}
