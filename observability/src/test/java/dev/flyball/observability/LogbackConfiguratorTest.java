// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** How a service comes to its lines: by a dependency alone, or by its own configuration. */
class LogbackConfiguratorTest {

  private final PrintStream out = System.out;
  private final LoggerContext context = new LoggerContext();
  private final Hiding withoutFile = new Hiding();

  LogbackConfiguratorTest() throws IOException {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @AfterEach
  void restore() throws IOException {
    System.setOut(out);
    context.stop();
    withoutFile.close();
  }

  /** Configures a context as Logback does, with a class path that has no configuration file. */
  private void configureWithoutFile() throws Exception {
    Class<?> type = withoutFile.loadClass(LogbackConfigurator.class.getName());
    assertThat(type.getClassLoader()).isSameAs(withoutFile);
    Object configurator = type.getConstructor().newInstance();
    type.getMethod("configure", LoggerContext.class).invoke(configurator, context);
  }

  private static ByteArrayOutputStream captureStandardOutput() {
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, false, StandardCharsets.UTF_8));
    return captured;
  }

  private static List<Map<String, Object>> lines(ByteArrayOutputStream captured) {
    String text = captured.toString(StandardCharsets.UTF_8);
    return text.lines()
        .map(line -> StrictLine.parse((line + "\n").getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  @Test
  void serviceWithoutConfiguration_logsLinesToStandardOutputFromInfo() throws Exception {
    configureWithoutFile();
    ByteArrayOutputStream captured = captureStandardOutput();
    context.getLogger("a").debug("not told");
    context.getLogger("a").info("told");
    assertThat(lines(captured))
        .singleElement()
        .satisfies(line -> assertThat(line).containsEntry("message", "told"));
  }

  @Test
  void configurationOfTheService_wins(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("mine.xml"),
            """
            <configuration>
              <appender name="mine" class="ch.qos.logback.core.read.ListAppender"/>
              <root level="TRACE"><appender-ref ref="mine"/></root>
            </configuration>
            """);
    System.setProperty("logback.configurationFile", file.toString());
    try {
      new ContextInitializer(context).autoConfig();
    } finally {
      System.clearProperty("logback.configurationFile");
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    assertThat(root.getLevel()).isEqualTo(Level.TRACE);
    assertThat(root.getAppender("mine")).isNotNull();
    assertThat(root.getAppender("flyball")).isNull();
    assertThat(context.getTurboFilterList()).hasOnlyElementsOfType(ThrowableShield.class);
  }

  @Test
  void newConfiguration_keepsShieldAndService() throws Exception {
    LogbackContext added = LogbackContext.of(context);
    LogbackContext.publish(context, source("orders"));
    context.reset();
    assertThat(context.getTurboFilterList()).hasOnlyElementsOfType(ThrowableShield.class);
    assertThat(LogbackContext.of(context)).isSameAs(added);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        new ByteArrayInputStream(
            """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder class="dev.flyball.observability.EcsEncoder"/>
              </appender>
              <root level="INFO"><appender-ref ref="out"/></root>
            </configuration>
            """
                .getBytes(StandardCharsets.UTF_8)));
    assertThat(context.getTurboFilterList()).hasSize(1);
    ByteArrayOutputStream captured = captureStandardOutput();
    context.getLogger("a").error("m", new Hostile());
    assertThat(lines(captured).get(0))
        .containsEntry("service.name", "orders")
        .containsEntry("error.message", "<error:IllegalStateException>");
  }

  private static final class Hostile extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException();
    }
  }

  private static LogSource source(String name) {
    return new LogSource(new dev.flyball.ServiceIdentity(name, null, null), null);
  }

  @Test
  void row48_sinkThatFails_isNotFeltAndHeals() throws Exception {
    configureWithoutFile();
    Logger logger = context.getLogger("a");
    boolean[] failing = {true};
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(
        new PrintStream(captured) {
          @Override
          public void write(byte[] bytes, int offset, int length) {
            if (failing[0]) {
              throw new LinkageError("disk full");
            }
            super.write(bytes, offset, length);
          }
        });
    logger.info("lost");
    System.setOut(
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("closed");
              }
            }));
    logger.info("lost too");
    failing[0] = false;
    System.setOut(new PrintStream(captured, false, StandardCharsets.UTF_8));
    logger.info("told");
    assertThat(lines(captured))
        .singleElement()
        .satisfies(line -> assertThat(line).containsEntry("message", "told"));
  }

  @Test
  void manyThreads_writeWholeLines() throws Exception {
    configureWithoutFile();
    ByteArrayOutputStream captured = captureStandardOutput();
    int threads = 8;
    int each = 250;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    CountDownLatch together = new CountDownLatch(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String name = "t" + i;
        running.add(
            executor.submit(() -> {
              together.countDown();
              together.await();
              Logger logger = context.getLogger(name);
              for (int n = 0; n < each; n++) {
                // some lines are larger than the buffers on the way
                logger.atInfo().addKeyValue("n", n).log("x".repeat(n % 10 == 0 ? 20_000 : 20));
              }
              return null;
            }));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } finally {
      executor.shutdownNow();
    }
    List<Map<String, Object>> lines = lines(captured);
    assertThat(lines).hasSize(threads * each);
    Map<Object, List<Object>> numbers =
        lines.stream()
            .collect(
                Collectors.groupingBy(
                    line -> line.get("log.logger"),
                    Collectors.mapping(line -> line.get("n"), Collectors.toList())));
    assertThat(numbers).hasSize(threads);
    assertThat(numbers.values()).allSatisfy(all -> assertThat(all).doesNotHaveDuplicates());
  }

  @Test
  void statementsOfTheService_carryItsName() {
    try (TestLog log = TestLog.of("statements");
        InProcessApp app = CallLineTest.app()) {
      app.start();
      log.logger().info("m");
      assertThat(log.line())
          .containsEntry("service.name", "orders")
          .containsEntry("service.version", "1.2.3")
          .containsEntry("event.dataset", "orders");
    }
  }

  @Test
  void consoleOfTheTests_usesTheEncoder() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<?> console = (ConsoleAppender<?>) root.getAppender("console");
    assertThat(console.getEncoder()).isInstanceOf(EcsEncoder.class);
    assertThat(root.getLoggerContext().getTurboFilterList())
        .hasOnlyElementsOfType(ThrowableShield.class);
  }

  @Test
  void serviceWithoutLogback_startsAndServes() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (WithoutLogback loader = new WithoutLogback()) {
      thread.setContextClassLoader(loader);
      Class<?> service = loader.loadClass(Service.class.getName());
      assertThat(service.getClassLoader()).isSameAs(loader);
      assertThat(service.getMethod("serve").invoke(null)).isEqualTo("OK org.slf4j.helpers.NOP");
      assertThat(loader.refused).as("classes of Logback that were asked for").isEmpty();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** What runs where there is no Logback. */
  public static final class Service {

    /** One call. */
    public static String serve() {
      try (InProcessApp app =
          InProcessApp.with(new ObservabilityModule())
              .property("flyball.auth.delegated", "authorization is not under test")) {
        GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /orders"));
        app.start();
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        return app.call(endpoint, InProcessCarrier.get("/orders")).outcome().kind()
            + " "
            + factory.getClass().getName().replace("LoggerFactory", "");
      }
    }
  }

  /** Loads the classes of this module anew, and finds no configuration files. */
  private static class Hiding extends URLClassLoader {

    Hiding() throws IOException {
      super(classPath(), LogbackConfiguratorTest.class.getClassLoader());
    }

    private static URL[] classPath() throws IOException {
      List<URL> urls = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
      return urls.toArray(new URL[0]);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      boolean ours =
          name.startsWith("dev.flyball.observability.")
              || name.endsWith("DefaultJoranConfigurator");
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known != null ? known : ours ? findClass(name) : super.loadClass(name, resolve);
      }
    }

    @Override
    public URL getResource(String name) {
      return name.startsWith("logback") ? null : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.startsWith("logback") ? Collections.emptyEnumeration() : super.getResources(name);
    }
  }

  /** A class path without Logback. */
  private static final class WithoutLogback extends URLClassLoader {

    private final List<String> refused = Collections.synchronizedList(new ArrayList<>());

    WithoutLogback() throws IOException {
      super(
          Arrays.stream(Hiding.classPath())
              .filter(url -> !url.getPath().contains("logback"))
              .toArray(URL[]::new),
          ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("ch.qos.logback.")) {
        refused.add(name);
      }
      return super.findClass(name);
    }
  }
}
