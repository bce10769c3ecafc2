package messaging

import "sync"

// cache remembers at most limit values. It forgets everything when it is full: what it holds can
// always be read or made again.
type cache[K comparable, V any] struct {
	mu    sync.RWMutex
	items map[K]V
	limit int
}

func newCache[K comparable, V any](limit int) *cache[K, V] {
	return &cache[K, V]{items: map[K]V{}, limit: limit}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	value, ok := c.items[key]
	return value, ok
}

func (c *cache[K, V]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.items)
}

func (c *cache[K, V]) put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.items) >= c.limit {
		clear(c.items)
	}
	c.items[key] = value
}
