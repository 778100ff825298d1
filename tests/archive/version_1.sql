-- An archive of schema version 1, as its first release wrote it. Never edited.

CREATE TABLE runs (
  id INTEGER NOT NULL,
  name VARCHAR(200) NOT NULL,
  problem TEXT NOT NULL,
  seed VARCHAR(200) NOT NULL,
  strategy TEXT NOT NULL,
  proposer TEXT NOT NULL,
  evals BIGINT,
  time_s ,
  window INTEGER NOT NULL,
  control BOOLEAN NOT NULL,
  minimum_isolation TEXT NOT NULL,
  params_json TEXT NOT NULL,
  problem_parts_json TEXT NOT NULL,
  evaluator TEXT NOT NULL,
  adrs_version TEXT NOT NULL,
  created_at TEXT NOT NULL,
  status VARCHAR(32) NOT NULL,
  spent_s  NOT NULL,
  CONSTRAINT pk_runs PRIMARY KEY (id),
  CONSTRAINT uq_runs_name UNIQUE (name),
  CONSTRAINT ck_runs_status CHECK (status IN ('running', 'interrupted', 'finished')),
  CONSTRAINT ck_runs_spent CHECK (spent_s >= 0)
);
CREATE TABLE programs (
  "key" INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  digest VARCHAR(32) NOT NULL,
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  CONSTRAINT pk_programs PRIMARY KEY ("key"),
  CONSTRAINT uq_programs_run_id_digest UNIQUE (run_id, digest),
  CONSTRAINT fk_programs_run_id FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE TABLE evaluations (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  program_id TEXT NOT NULL,
  split VARCHAR(32) NOT NULL,
  verdict VARCHAR(32) NOT NULL,
  score ,
  values_json TEXT NOT NULL,
  metrics_json TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  detail TEXT NOT NULL,
  failed_scenario TEXT,
  decisions BIGINT NOT NULL,
  cpu_s  NOT NULL,
  isolation INTEGER NOT NULL,
  evaluator TEXT NOT NULL,
  CONSTRAINT pk_evaluations PRIMARY KEY (id),
  CONSTRAINT ck_evaluations_score CHECK (score IS NULL OR verdict = 'ok'),
  CONSTRAINT fk_evaluations_run_id FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE TABLE trials (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  arm VARCHAR(32) NOT NULL,
  number BIGINT NOT NULL,
  operator TEXT NOT NULL,
  parent_ids_json TEXT NOT NULL,
  proposer TEXT NOT NULL,
  operators_json TEXT NOT NULL,
  idea TEXT NOT NULL,
  rejection TEXT NOT NULL,
  source_is_program BOOLEAN NOT NULL,
  proposal_source TEXT,
  program_key INTEGER,
  evaluation_id INTEGER,
  duplicate_of TEXT,
  CONSTRAINT pk_trials PRIMARY KEY (id),
  CONSTRAINT uq_trials_run_id_arm_number UNIQUE (run_id, arm, number),
  CONSTRAINT uq_trials_evaluation_id UNIQUE (evaluation_id),
  CONSTRAINT ck_trials_arm CHECK (arm IN ('search', 'control')),
  CONSTRAINT ck_trials_number CHECK (number >= 0),
  CONSTRAINT ck_trials_source CHECK (NOT source_is_program OR (program_key IS NOT NULL AND proposal_source IS NULL)),
  CONSTRAINT fk_trials_run_id FOREIGN KEY(run_id) REFERENCES runs (id),
  CONSTRAINT fk_trials_program_key FOREIGN KEY(program_key) REFERENCES programs ("key"),
  CONSTRAINT fk_trials_evaluation_id FOREIGN KEY(evaluation_id) REFERENCES evaluations (id)
);
CREATE INDEX ix_trials_run_id_arm_id ON trials (run_id, arm, id);
CREATE TABLE assessments (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  role VARCHAR(32) NOT NULL,
  label TEXT NOT NULL,
  program_key INTEGER,
  evaluation_id INTEGER NOT NULL,
  CONSTRAINT pk_assessments PRIMARY KEY (id),
  CONSTRAINT uq_assessments_evaluation_id UNIQUE (evaluation_id),
  CONSTRAINT fk_assessments_run_id FOREIGN KEY(run_id) REFERENCES runs (id),
  CONSTRAINT fk_assessments_program_key FOREIGN KEY(program_key) REFERENCES programs ("key"),
  CONSTRAINT fk_assessments_evaluation_id FOREIGN KEY(evaluation_id) REFERENCES evaluations (id)
);
CREATE INDEX ix_assessments_run_id_id ON assessments (run_id, id);
CREATE TABLE conclusions (
  run_id INTEGER NOT NULL,
  champion_key INTEGER NOT NULL,
  champion_trial BIGINT,
  best_key INTEGER NOT NULL,
  control_key INTEGER,
  improved BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  CONSTRAINT pk_conclusions PRIMARY KEY (run_id),
  CONSTRAINT fk_conclusions_run_id FOREIGN KEY(run_id) REFERENCES runs (id),
  CONSTRAINT fk_conclusions_champion_key FOREIGN KEY(champion_key) REFERENCES programs ("key"),
  CONSTRAINT fk_conclusions_best_key FOREIGN KEY(best_key) REFERENCES programs ("key"),
  CONSTRAINT fk_conclusions_control_key FOREIGN KEY(control_key) REFERENCES programs ("key")
);
CREATE TABLE schema_version (
  version INTEGER NOT NULL,
  PRIMARY KEY (version)
);

INSERT INTO schema_version VALUES (1);
INSERT INTO runs VALUES (1, 'amber-fox', 'spot', '18446744073709551615', 'default', 'mutator', 100,
  NULL, 4, 1, 'L2', '{"servers":16,"load":0.7,"zone":"a"}', '{"initial.py":"0123"}', 'spot 1',
  '0.1.0', '2026-01-02T03:04:05+00:00', 'finished', 12.5);
INSERT INTO programs VALUES (1, 1, '00000000000000000000000000000001', 'a1', 'x = 1
');
INSERT INTO evaluations VALUES (1, 1, 'a1', 'train', 'ok', 0.30000000000000004, '[0.1,0.5]',
  '{"cost":0.3333333333333333}', 'f00d', '', NULL, 12, 0.25, 3, 'spot 1');
INSERT INTO evaluations VALUES (2, 1, 'a1', 'validation', 'timeout', NULL, '[]', '{}', '',
  'used up its CPU time', 'validation/0003', 5, 5.0, 2, 'spot 1');
INSERT INTO trials VALUES (1, 1, 'search', 0, 'refine', '["b2"]', 'mutator/ast@1', '["swap"]',
  'swap two operands', '', 1, NULL, 1, 1, NULL);
INSERT INTO trials VALUES (2, 1, 'search', 1, 'refine', '["a1"]', 'mutator/ast@1', '[]', '',
  'nothing to change', 0, NULL, NULL, NULL, NULL);
INSERT INTO assessments VALUES (1, 1, 'candidate', 'a1', 1, 2);
INSERT INTO conclusions VALUES (1, 1, NULL, 1, NULL, 0, 'Nothing beat the initial program.');
