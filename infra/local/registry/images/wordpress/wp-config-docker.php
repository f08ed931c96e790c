<?php
/* What the environment says, read at every request: a restart with other values is enough. */

function setting_of_container( $name, $default ) {
	$file = getenv( $name . '_FILE' );
	if ( $file ) {
		return rtrim( file_get_contents( $file ), "\r\n" );
	}
	$value = getenv( $name );
	return false === $value ? $default : $value;
}

define( 'DB_NAME', setting_of_container( 'WORDPRESS_DB_NAME', 'wordpress' ) );
define( 'DB_USER', setting_of_container( 'WORDPRESS_DB_USER', 'example username' ) );
define( 'DB_PASSWORD', setting_of_container( 'WORDPRESS_DB_PASSWORD', 'example password' ) );
define( 'DB_HOST', setting_of_container( 'WORDPRESS_DB_HOST', 'mysql' ) );
define( 'DB_CHARSET', setting_of_container( 'WORDPRESS_DB_CHARSET', 'utf8mb4' ) );
define( 'DB_COLLATE', setting_of_container( 'WORDPRESS_DB_COLLATE', '' ) );

define( 'AUTH_KEY', setting_of_container( 'WORDPRESS_AUTH_KEY', 'RANDOM' ) );
define( 'SECURE_AUTH_KEY', setting_of_container( 'WORDPRESS_SECURE_AUTH_KEY', 'RANDOM' ) );
define( 'LOGGED_IN_KEY', setting_of_container( 'WORDPRESS_LOGGED_IN_KEY', 'RANDOM' ) );
define( 'NONCE_KEY', setting_of_container( 'WORDPRESS_NONCE_KEY', 'RANDOM' ) );
define( 'AUTH_SALT', setting_of_container( 'WORDPRESS_AUTH_SALT', 'RANDOM' ) );
define( 'SECURE_AUTH_SALT', setting_of_container( 'WORDPRESS_SECURE_AUTH_SALT', 'RANDOM' ) );
define( 'LOGGED_IN_SALT', setting_of_container( 'WORDPRESS_LOGGED_IN_SALT', 'RANDOM' ) );
define( 'NONCE_SALT', setting_of_container( 'WORDPRESS_NONCE_SALT', 'RANDOM' ) );

$table_prefix = setting_of_container( 'WORDPRESS_TABLE_PREFIX', 'wp_' );

define( 'WP_DEBUG', (bool) setting_of_container( 'WORDPRESS_DEBUG', '' ) );

/* A proxy that ends TLS says so. */
if ( 'https' === strtolower( $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '' ) ) {
	$_SERVER['HTTPS'] = 'on';
}

$extra = setting_of_container( 'WORDPRESS_CONFIG_EXTRA', '' );
if ( $extra ) {
	eval( $extra );
}

if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
