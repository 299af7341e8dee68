/** The commands as one bundle, loaded after the worker thread was told to start. */
export { batchCommand } from './batch.ts';
export { cacheCommand } from './cache.ts';
export { checkCommand } from './check.ts';
export { compareCommand } from './compare.ts';
export { costCommand } from './cost.ts';
export { deployCommand } from './deploy.ts';
export { githubCommand } from './github.ts';
export { insightsCommand } from './insights.ts';
export { mergeCommand } from './merge.ts';
export { modelsCommand } from './models.ts';
export { renderCommand } from './render.ts';
export { runCommand } from './run.ts';
export { scoresCommand } from './scores.ts';
export { serveCommand } from './serve.ts';
export { versionsCommand } from './versions.ts';
export { useEnvironmentProxy } from '../../adapters/http/proxy.ts';
export { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
