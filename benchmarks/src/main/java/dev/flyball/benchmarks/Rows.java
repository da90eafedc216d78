// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import dev.flyball.auth.TokenBenchmark;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** All rows, and what each has to come to. */
final class Rows {

  private static final String LIBRARIES = "plain libraries";
  private static final String JAVA_JWT = "java-jwt";
  private static final String JDK = "the JDK's check alone";
  private static final String SPRING = "Spring's NimbusJwtDecoder";
  private static final Goal AS_A_LIBRARY = Goal.share(1, 0.95);
  private static final Goal AS_THE_JDK = Goal.share(1.15, 1.05);

  private static final Set<Goal> CLOSE = Set.of(AS_A_LIBRARY, AS_THE_JDK);

  /** The JDK from which on the hash of a text is quick, and OpenFeature the fastest peer. */
  private static final int VECTOR_HASH = 21;

  private final boolean quickHash = Runtime.version().feature() >= VECTOR_HASH;
  private final List<Row> rows = new ArrayList<>();

  private Rows() {
    chain();
    tokens();
    flags();
    observability();
  }

  /** The rows whose names fit a pattern. */
  static List<Row> matching(String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    return new Rows().rows.stream().filter(row -> wanted.matcher(row.what()).find()).toList();
  }

  /** What has to be measured for rows, each once, ours next to its peer. */
  static List<Measured> measured(List<Row> rows) {
    Set<Measured> all = new LinkedHashSet<>();
    for (Row row : rows) {
      all.add(row.ours());
      if (row.peer() != null) {
        all.add(row.peer());
      }
    }
    return List.copyOf(all);
  }

  /** What stands in rows that a hundredth decides: nearly all of it is the same work. */
  static List<Measured> close(List<Row> rows) {
    return measured(rows.stream().filter(row -> CLOSE.contains(row.goal())).toList());
  }

  private void chain() {
    chain("call: known token, one flag", "known", "known", Goal.share(1.0 / 2, 1.0 / 3));
    chain("call: the same, no SDK", "knownWithoutSdk", "known", Goal.share(1.0 / 2, 1.0 / 3));
    chain("call: token new each time", "fresh", "fresh", Goal.none());
    chain("call: open to all", "openToAll", "openToAll", Goal.none());
    chain("call: refused, no token", "withoutToken", "withoutToken", Goal.none());
    chain("call: refused, forged token", "forged", "forged", Goal.none());
    rows.add(
        Row.alone(
            "call: everything off",
            Measured.of(ChainBenchmark.class, "off"),
            Goal.withoutGarbage()));
  }

  private void chain(String what, String ours, String peer, Goal goal) {
    rows.add(
        Row.of(
            what,
            Measured.of(ChainBenchmark.class, ours),
            LIBRARIES,
            Measured.of(PeerChainBenchmark.class, peer),
            goal));
  }

  private void tokens() {
    token(
        "token: known",
        "known",
        JAVA_JWT,
        "knownByJavaJwt",
        "RS256",
        Goal.share(1.0 / 50, 1.0 / 150));
    double ofMap = quickHash ? 1 : 1.0 / 4;
    token("token: known", "known", "map by text", "knownByMap", "RS256", Goal.aim(ofMap));
    token("token: known", "known", SPRING, "knownBySpring", "RS256", Goal.none());
    freshBesideAll("RS256");
    freshBesideAll("ES256");
    freshOfEdwards();
  }

  private void freshBesideAll(String algorithm) {
    fresh(algorithm, JAVA_JWT, "freshByJavaJwt", AS_A_LIBRARY);
    fresh(algorithm, JDK, "signatureByJdk", AS_THE_JDK);
    fresh(algorithm, SPRING, "freshBySpring", Goal.none());
    fresh(algorithm, "Nimbus", "freshByNimbus", Goal.none());
    fresh(algorithm, "jose4j", "freshByJose4j", Goal.none());
    fresh(algorithm, "jjwt", "freshByJjwt", Goal.none());
  }

  /** Not above the fastest means not above either; the others cannot, or not without Tink. */
  private void freshOfEdwards() {
    fresh("EdDSA", "jose4j", "freshByJose4j", AS_A_LIBRARY);
    fresh("EdDSA", "jjwt", "freshByJjwt", AS_A_LIBRARY);
    fresh("EdDSA", JDK, "signatureByJdk", AS_THE_JDK);
  }

  private void fresh(String algorithm, String peerName, String peer, Goal goal) {
    token("token: new, " + algorithm, "fresh", peerName, peer, algorithm, goal);
  }

  private void token(
      String what, String ours, String peerName, String peer, String algorithm, Goal goal) {
    rows.add(
        Row.of(
            what,
            Measured.of(TokenBenchmark.class, ours, algorithm),
            peerName,
            Measured.of(TokenBenchmark.class, peer, algorithm),
            goal));
  }

  private void flags() {
    String what = "flag: rule and rollout";
    Goal held = Goal.shareWithoutGarbage(1.0 / 2, 1.0 / 4);
    Measured ours = Measured.of(FlagBenchmark.class, "ours");
    rows.add(
        Row.of(
            what,
            ours,
            "LaunchDarkly, file",
            Measured.of(FlagBenchmark.class, "launchDarkly"),
            quickHash ? Goal.none() : held));
    rows.add(
        Row.of(
            what,
            ours,
            "OpenFeature, in memory",
            Measured.of(FlagBenchmark.class, "openFeature"),
            quickHash ? held : Goal.none()));
    rows.add(
        Row.of(
            what,
            ours,
            "the same by hashCode",
            Measured.of(FlagBenchmark.class, "openFeatureByHashCode"),
            Goal.none()));
  }

  private void observability() {
    String logstash = "logstash-logback-encoder";
    part(
        LineBenchmark.class,
        "line: encode, 15 fields",
        "encode",
        logstash,
        "encodeByLogstash",
        Goal.share(1.0 / 3, 1.0 / 6));
    part(
        LineBenchmark.class,
        "line: the logger's call",
        "log",
        logstash,
        "logByLogstash",
        Goal.none());
    part(
        SpanBenchmark.class,
        "span: with the SDK",
        "ours",
        "OpenTelemetry SDK",
        "sdk",
        Goal.added(60, 64));
    part(
        SpanBenchmark.class,
        "span: no SDK",
        "oursAlone",
        "OpenTelemetry SDK",
        "sdk",
        Goal.share(1, 0.8));
    part(
        MetricBenchmark.class,
        "metric: one request",
        "ours",
        "Prometheus client",
        "prometheus",
        Goal.share(1, 1.0 / 3));
  }

  private void part(
      Class<?> type, String what, String ours, String peerName, String peer, Goal goal) {
    rows.add(Row.of(what, Measured.of(type, ours), peerName, Measured.of(type, peer), goal));
  }
}
