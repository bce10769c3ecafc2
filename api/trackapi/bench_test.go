package trackapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkClick measures durable clicks of 50 readers at once, without the network.
func BenchmarkClick(b *testing.B) {
	bench := setup(b)
	b.SetParallelism(25)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			response, err := bench.app.Test(httptest.NewRequest(http.MethodGet, bench.click, nil), -1)
			if err != nil || response.StatusCode != http.StatusFound {
				b.Fatal(response, err)
			}
		}
	})
}
