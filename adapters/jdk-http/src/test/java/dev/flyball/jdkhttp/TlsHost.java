// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.flyball.Endpoint;
import dev.flyball.Governor;
import dev.flyball.auth.AuthModule;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.SigningKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A governed service behind the TLS of the JDK, which asks clients for a certificate. */
final class TlsHost implements AutoCloseable {

  private static final char[] PASSWORD = "password".toCharArray();

  private final HttpsServer server;
  private final Governor governor;
  private final ExecutorService workers = Executors.newCachedThreadPool();

  private TlsHost(HttpsServer server, Governor governor) throws Exception {
    this.server = server;
    this.governor = governor;
    Template template = Template.parse("GET /orders");
    Endpoint endpoint =
        Endpoint.builder("http", "GET /orders")
            .source(
                BoundTokensTest.Orders.class,
                BoundTokensTest.Orders.class.getMethod("get", String.class))
            .build();
    Router<Handler> router = new Router<>();
    router.add(
        template,
        new Handler(
            governor.govern(endpoint),
            template.variables(),
            source -> new Response(200, List.of(), "ok")));
    governor.start();
    server.createContext("/", new ExchangeHandler(governor, router, new JacksonCodec(), workers));
    server.setExecutor(workers);
    server.start();
  }

  static TlsHost start(LocalIssuer issuer) throws Exception {
    SigningKey key = SigningKey.generate(Algorithm.ES256);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpsServer server = HttpsServer.create(any, 0);
    server.setHttpsConfigurator(new Asking(context(key, key.certificate())));
    Governor governor =
        Governor.builder()
            .modules(List.of(new AuthModule(), new JdkHttpModule()))
            .directory(Path.of("target", "no-such-folder"))
            .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
            .property("flyball.auth.issuers.main.issuer", issuer.issuer())
            .property("flyball.auth.issuers.main.audience", "orders")
            .build();
    return new TlsHost(server, governor);
  }

  URI uri() {
    InetSocketAddress address = server.getAddress();
    return URI.create("https://127.0.0.1:" + address.getPort() + "/orders");
  }

  /** The status of a request by a client with a certificate, or without where there is no key. */
  int get(SigningKey key, X509Certificate certificate, String authorization, String... headers)
      throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(context(key, certificate)).build();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri())
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", authorization);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private static SSLContext context(SigningKey key, X509Certificate certificate) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    KeyStore store =
        key == null ? KeyStore.getInstance("PKCS12") : key.keyStore(certificate, PASSWORD);
    if (key == null) {
      store.load(null, null);
    }
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), new TrustManager[] {new Trusting()}, null);
    return context;
  }

  @Override
  public void close() {
    server.stop(0);
    governor.close();
    workers.shutdownNow();
  }

  private static final class Asking extends HttpsConfigurator {

    Asking(SSLContext context) {
      super(context);
    }

    @Override
    public void configure(HttpsParameters parameters) {
      SSLParameters tls = getSSLContext().getDefaultSSLParameters();
      tls.setWantClientAuth(true);
      parameters.setSSLParameters(tls);
    }
  }

  /** Whoever calls: what is asked here is which certificate it is, not who has signed it. */
  private static final class Trusting extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
