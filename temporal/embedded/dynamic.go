package embedded

import (
	"time"

	"go.temporal.io/server/common/dynamicconfig"
)

// dynamicConfig fits the server, whose defaults are for a fleet, to one small machine.
func dynamicConfig(o Options) dynamicconfig.Client {
	return dynamicconfig.StaticClient{
		// Memory: 15 KB a cached workflow, and a goroutine a worker.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key():                        8_000,
		dynamicconfig.TransferProcessorSchedulerWorkerCount.Key():               64,
		dynamicconfig.TimerProcessorSchedulerWorkerCount.Key():                  64,
		dynamicconfig.VisibilityProcessorSchedulerWorkerCount.Key():             32,
		dynamicconfig.MemoryTimerProcessorSchedulerWorkerCount.Key():            16,
		dynamicconfig.ArchivalProcessorSchedulerWorkerCount.Key():               4,
		dynamicconfig.ReplicationProcessorSchedulerWorkerCount.Key():            4,
		dynamicconfig.ReplicationLowPriorityProcessorSchedulerWorkerCount.Key(): 4,

		// Writes of a shard that may run at once.
		dynamicconfig.ShardIOConcurrency.Key(): 4,

		// One partition a queue: exact order by priority, exact rates, fewer pollers. It then must
		// carry what four did.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():                     1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key():                    1,
		dynamicconfig.AdminMatchingNamespaceTaskqueueToPartitionDispatchRate.Key(): 10_000,
		dynamicconfig.MatchingEnableFairness.Key():                                 true, // switching later means moving backlogs

		// Limits per host, where one host does everything.
		dynamicconfig.FrontendRPS.Key():                                         12_000,
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key():                  12_000,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key():        100,
		dynamicconfig.FrontendMaxConcurrentLongRunningRequestsPerInstance.Key(): 5_000,
		dynamicconfig.HistoryRPS.Key():                                          15_000,
		dynamicconfig.MatchingRPS.Key():                                         6_000,
		dynamicconfig.TimerProcessorMaxPollRPS.Key():                            50,
		dynamicconfig.TimerTaskBatchSize.Key():                                  200,

		// For operators.
		dynamicconfig.WorkflowPauseEnabled.Key():                            true,
		dynamicconfig.BatcherRPS.Key():                                      200,
		dynamicconfig.FrontendMaxConcurrentBatchOperationPerNamespace.Key(): 2,

		dynamicconfig.EnableServerVersionCheck.Key():      false, // it would phone home
		dynamicconfig.WorkflowTimeSkippingEnabled.Key():   o.TimeSkipping,
		dynamicconfig.NamespaceCacheRefreshInterval.Key(): time.Second, // first start waits for it
	}
}
